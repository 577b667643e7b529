/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnGlassFishFormsIT extends FormsContract {

    OnGlassFishFormsIT() {
        super(DomainExample.glassFish(), DomainForms::glassFish);
    }
}
