/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.GlassFishDomain;
import java.nio.file.Path;

/** {@code examples/payara-server} and {@code examples/glassfish}. Stateless. */
public final class DomainExample implements Example {

    private final String title;
    private final Path files;
    private final Path home;

    private DomainExample(String title, String files, String home) {
        this.title = title;
        this.files = Example.directory().resolve(files);
        this.home = Example.servers().resolve(home);
    }

    /** Returns the example of Payara Server. */
    public static DomainExample payaraServer() {
        return new DomainExample(
                "Payara Server " + System.getProperty("peerage.version.payara-server"), "payara-server", "payara6");
    }

    /** Returns the example of Eclipse GlassFish. */
    public static DomainExample glassFish() {
        return new DomainExample(
                "GlassFish " + System.getProperty("peerage.version.glassfish"), "glassfish", "glassfish7");
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public ApplicationServer start(Deployment deployment) {
        boolean first = deployment.isNew();
        GlassFishDomain domain = GlassFishDomain.at(home)
                .javaHome(deployment.javaHome())
                .domain(deployment.directory().resolve("domain1"))
                .start();
        if (first) {
            try {
                Path script = deployment.fill(files.resolve("peerage.asadmin"), deployment.directory());
                String printed = domain.asadmin("multimode", "--file", script.toString());
                // The file's end is a success, whatever became of its lines.
                if (printed.contains(" failed.")) {
                    throw new IllegalStateException(printed);
                }
            } catch (RuntimeException e) {
                domain.close();
                throw e;
            }
        }
        return domain;
    }
}
