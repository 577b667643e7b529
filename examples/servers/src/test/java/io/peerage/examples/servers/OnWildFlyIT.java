/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnWildFlyIT extends ServerContract {

    OnWildFlyIT() {
        super(new WildFlyExample());
    }
}
