/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnPayaraServerFormsIT extends FormsContract {

    OnPayaraServerFormsIT() {
        super(DomainExample.payaraServer(), DomainForms::payaraServer);
    }
}
