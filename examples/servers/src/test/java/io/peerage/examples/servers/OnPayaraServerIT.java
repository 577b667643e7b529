/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnPayaraServerIT extends ServerContract {

    OnPayaraServerIT() {
        super(DomainExample.payaraServer());
    }
}
