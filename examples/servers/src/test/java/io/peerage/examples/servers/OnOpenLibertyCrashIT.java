/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnOpenLibertyCrashIT extends CrashContract {

    OnOpenLibertyCrashIT() {
        super(new OpenLibertyExample());
    }
}
