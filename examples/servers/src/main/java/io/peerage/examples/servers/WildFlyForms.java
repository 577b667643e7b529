/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.WildFly;
import io.peerage.local.WildFlyServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Each form on WildFly, which is started with its configuration file. Confined to one thread. */
public final class WildFlyForms implements FormsServer {

    private static final String UNDEPLOY = "undeploy %s\n";
    private static final String REMOVE = "/subsystem=resource-adapters/resource-adapter=%s:remove\n";

    private final FormsFiles files;
    private final WildFlyServer server;

    public WildFlyForms(Deployment deployment) {
        files = new FormsFiles(deployment, Example.directory().resolve("wildfly"));
        server = WildFly.at(Example.servers().resolve("wildfly-" + System.getProperty("peerage.version.wildfly")))
                .base(deployment.directory().resolve("standalone"))
                .resourceAdapters(files.file(Form.CONFIGURATION, "forms/resource-adapters.xml"))
                .start();
    }

    @Override
    public ApplicationServer deploy(Form form) {
        files.application(form);
        server.script(files.file(
                form,
                switch (form) {
                    case COMMANDS -> "peerage.cli";
                    case CONFIGURATION -> "forms/configuration.cli";
                    case DEFINITION -> "forms/definition.cli";
                    case EAR -> "forms/ear.cli";
                    case EAR_DEFINITION -> "forms/ear-definition.cli";
                }));
        return server;
    }

    @Override
    public void undeploy(Form form) {
        server.script(write(
                form,
                switch (form) {
                    case COMMANDS, CONFIGURATION ->
                        UNDEPLOY.formatted("shop.war")
                                + UNDEPLOY.formatted("peerage.rar")
                                + REMOVE.formatted("peerage");
                    case DEFINITION -> UNDEPLOY.formatted("forms.war") + UNDEPLOY.formatted("peerage.rar");
                    case EAR -> UNDEPLOY.formatted("forms.ear") + REMOVE.formatted("forms");
                    case EAR_DEFINITION -> UNDEPLOY.formatted("forms.ear");
                }));
    }

    @Override
    public void close() {
        server.close();
    }

    private Path write(Form form, String script) {
        try {
            return Files.writeString(files.directory(form).resolve("undeploy.cli"), script);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a script", e);
        }
    }
}
