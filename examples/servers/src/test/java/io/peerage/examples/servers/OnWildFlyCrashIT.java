/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnWildFlyCrashIT extends CrashContract {

    OnWildFlyCrashIT() {
        super(new WildFlyExample());
    }
}
