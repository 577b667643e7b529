/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnGlassFishIT extends ServerContract {

    OnGlassFishIT() {
        super(DomainExample.glassFish());
    }
}
