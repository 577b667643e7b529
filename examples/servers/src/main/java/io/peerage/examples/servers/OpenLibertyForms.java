/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.OpenLiberty;
import io.peerage.local.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Each form on Open Liberty, which follows every change of its configuration file. Confined to one thread. */
public final class OpenLibertyForms implements FormsServer {

    private static final String EMPTY = """
            <server>
              <featureManager>
                <feature>connectors-2.1</feature>
                <feature>servlet-6.0</feature>
                <feature>cdi-4.0</feature>
                <feature>jndi-1.0</feature>
                <feature>persistence-3.1</feature>
              </featureManager>
              <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="${http.port}" httpsPort="-1"/>
            </server>
            """;

    private final FormsFiles files;
    private final Path user;
    private final OpenLiberty liberty;
    private final ApplicationServer server;

    public OpenLibertyForms(Deployment deployment) {
        files = new FormsFiles(deployment, Example.directory().resolve("open-liberty"));
        user = deployment.directory().resolve("usr");
        Path empty = deployment.directory().resolve("server.xml");
        write(empty, EMPTY);
        liberty = OpenLiberty.at(Example.servers().resolve("wlp"), empty).user(user);
        server = liberty.start();
    }

    @Override
    public ApplicationServer deploy(Form form) {
        files.application(form);
        String configuration = files.text(
                form,
                switch (form) {
                    case COMMANDS ->
                        throw new IllegalStateException("No command makes a pool; it says:\n" + liberty.help());
                    case CONFIGURATION -> "server.xml";
                    case DEFINITION -> "forms/definition.xml";
                    case EAR -> "forms/ear.xml";
                    case EAR_DEFINITION -> "forms/ear-definition.xml";
                });
        configure(configuration, "CWWKZ0001I: Application " + form.application() + " started");
        return server;
    }

    @Override
    public void undeploy(Form form) {
        configure(EMPTY, "CWWKZ0009I: The application " + form.application() + " has stopped successfully");
    }

    @Override
    public Optional<String> refusal(Form form) {
        return form == Form.COMMANDS
                ? Optional.of("{checkpoint|create|debug|dump|help|javadump|list|package|pause|resume|run|start|status"
                        + "|stop|version}")
                : Optional.empty();
    }

    @Override
    public void close() {
        server.close();
    }

    /** Returns when the server has taken in the change, and has said this of the application. */
    private void configure(String configuration, String then) {
        int before = server.log().size();
        write(OpenLiberty.configurationIn(user), configuration);
        for (String line : List.of("CWWKG0017I:", then)) {
            try {
                Patience.await(line, () -> server.log().stream().skip(before).anyMatch(said -> said.contains(line)));
            } catch (AssertionError e) {
                throw new IllegalStateException("The log of Open Liberty:\n" + String.join("\n", server.log()), e);
            } catch (Exception e) {
                throw new IllegalStateException("Cannot read the log of Open Liberty", e);
            }
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
