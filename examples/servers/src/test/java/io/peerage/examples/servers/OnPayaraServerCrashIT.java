/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnPayaraServerCrashIT extends DomainCrashContract {

    OnPayaraServerCrashIT() {
        super(DomainExample.payaraServer());
    }
}
