/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnGlassFishCrashIT extends DomainCrashContract {

    OnGlassFishCrashIT() {
        super(DomainExample.glassFish());
    }
}
