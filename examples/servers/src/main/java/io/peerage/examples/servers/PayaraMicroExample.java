/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.PayaraMicro;
import java.nio.file.Path;

/** {@code examples/payara-micro}. Stateless. */
public final class PayaraMicroExample implements Example {

    private final Path files = Example.directory().resolve("payara-micro");

    @Override
    public String title() {
        return "Payara Micro " + System.getProperty("peerage.version.payara-micro");
    }

    @Override
    public ApplicationServer start(Deployment deployment) {
        PayaraMicro micro = PayaraMicro.at(Example.servers().resolve("payara-micro.jar"))
                .javaHome(deployment.javaHome())
                .rootDir(deployment.directory())
                .deploy(deployment.war());
        deployment.fill(files.resolve("pre-boot.asadmin")).lines().forEach(micro::preBoot);
        if (deployment.isNew()) {
            deployment.fill(files.resolve("post-boot.asadmin")).lines().forEach(micro::postBoot);
        }
        return micro.start();
    }
}
