/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnOpenLibertyIT extends ServerContract {

    OnOpenLibertyIT() {
        super(new OpenLibertyExample());
    }
}
