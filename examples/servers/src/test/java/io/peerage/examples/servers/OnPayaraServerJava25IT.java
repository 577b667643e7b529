/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.peerage.local.Facilities#java25")
final class OnPayaraServerJava25IT extends Java25Contract {

    OnPayaraServerJava25IT() {
        super(DomainExample.payaraServer());
    }
}
