/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.WildFly;
import java.nio.file.Path;

/** {@code examples/wildfly}. Stateless. */
public final class WildFlyExample implements Example {

    private final Path files = Example.directory().resolve("wildfly");

    @Override
    public String title() {
        return "WildFly " + System.getProperty("peerage.version.wildfly");
    }

    @Override
    public String jndiName(String pool) {
        return "java:/jdbc/" + pool;
    }

    @Override
    public ApplicationServer start(Deployment deployment) {
        Path base = deployment.directory().resolve("standalone");
        WildFly wildfly = WildFly.at(
                        Example.servers().resolve("wildfly-" + System.getProperty("peerage.version.wildfly")))
                .javaHome(deployment.javaHome())
                .base(base)
                // A test does not wait for two minutes between two passes of the recovery manager.
                .jvmOption("-Dcom.arjuna.ats.arjuna.common.RecoveryEnvironmentBean.periodicRecoveryPeriod=5")
                .jvmOption("-Dcom.arjuna.ats.arjuna.common.RecoveryEnvironmentBean.recoveryBackoffPeriod=2");
        if (deployment.isNew()) {
            wildfly.script(deployment.fill(files.resolve("peerage.cli"), deployment.directory()));
        }
        return wildfly.start();
    }
}
