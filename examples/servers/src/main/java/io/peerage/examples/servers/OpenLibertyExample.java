/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.OpenLiberty;
import java.nio.file.Path;

/** {@code examples/open-liberty}. Stateless. */
public final class OpenLibertyExample implements Example {

    private final Path files = Example.directory().resolve("open-liberty");

    @Override
    public String title() {
        return "Open Liberty " + System.getProperty("peerage.version.open-liberty");
    }

    @Override
    public ApplicationServer start(Deployment deployment) {
        Path configuration = deployment.fill(files.resolve("server.xml"), deployment.directory());
        return OpenLiberty.at(Example.servers().resolve("wlp"), configuration)
                .javaHome(deployment.javaHome())
                .user(deployment.directory().resolve("usr"))
                .application("shop")
                .start();
    }
}
