/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnPayaraMicroCrashIT extends CrashContract {

    OnPayaraMicroCrashIT() {
        super(new PayaraMicroExample());
    }
}
