/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.TomEE;
import java.nio.file.Path;

/** {@code examples/tomee}. Stateless. */
public final class TomEEExample implements Example {

    private final Path files = Example.directory().resolve("tomee");

    @Override
    public String title() {
        return "TomEE " + System.getProperty("peerage.version.tomee");
    }

    @Override
    public String jndiName(String pool) {
        return "openejb:Resource/jdbc/" + pool;
    }

    @Override
    public ApplicationServer start(Deployment deployment) {
        TomEE tomee = tomee(deployment);
        if (deployment.isNew()) {
            tomee.file("conf/tomee.xml", deployment.fill(files.resolve("tomee.xml"), deployment.directory()))
                    .library(deployment.rar())
                    .file("webapps/shop.war", deployment.war());
        }
        return tomee.start();
    }

    /**
     * Starts it with the files in {@code archive}: a copy of the archive for each pool, and the application as
     * "orders".
     */
    ApplicationServer startWithArchives(Deployment deployment) {
        Path archive = files.resolve("archive");
        return tomee(deployment)
                .file("conf/tomee.xml", deployment.fill(archive.resolve("tomee.xml"), deployment.directory()))
                .file(
                        "conf/system.properties",
                        deployment.fill(archive.resolve("system.properties"), deployment.directory()))
                .file("apps/shop.rar", deployment.rar())
                .file("apps/stock.rar", deployment.rar())
                .file("webapps/orders.war", deployment.war())
                .start();
    }

    /** Begins the description of a server that has nothing yet, not even a directory. */
    static TomEE distribution(Deployment deployment) {
        return TomEE.at(Example.servers().resolve("apache-tomee-plume-" + System.getProperty("peerage.version.tomee")))
                .javaHome(deployment.javaHome());
    }

    private static TomEE tomee(Deployment deployment) {
        return distribution(deployment).base(deployment.directory().resolve("base"));
    }
}
