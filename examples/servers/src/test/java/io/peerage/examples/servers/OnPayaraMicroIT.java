/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnPayaraMicroIT extends ServerContract {

    OnPayaraMicroIT() {
        super(new PayaraMicroExample());
    }
}
