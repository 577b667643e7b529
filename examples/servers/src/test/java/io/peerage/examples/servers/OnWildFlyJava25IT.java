/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.peerage.local.Facilities#java25")
final class OnWildFlyJava25IT extends Java25Contract {

    OnWildFlyJava25IT() {
        super(new WildFlyExample());
    }
}
