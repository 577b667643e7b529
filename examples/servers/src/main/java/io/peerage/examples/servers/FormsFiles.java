/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** What is deployed in each form, with a deployment's addresses and paths in the place of the example's. Immutable. */
final class FormsFiles {

    private static final String PEERS_FILE = "/etc/shop/peers.properties";

    private final Deployment deployment;
    private final Path examples;

    /** @param examples the directory with the server's own files */
    FormsFiles(Deployment deployment, Path examples) {
        this.deployment = deployment;
        this.examples = examples;
    }

    /** Returns a filled copy of one of the server's files. */
    Path file(Form form, String name) {
        Path example = examples.resolve(name);
        Path copy = directory(form).resolve(String.valueOf(example.getFileName()));
        try {
            Files.createDirectories(directory(form));
            return Files.writeString(copy, text(form, name));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot fill " + example, e);
        }
    }

    /** Returns one of the server's files, filled. */
    String text(Form form, String name) {
        return paths(form, deployment.fill(examples.resolve(name)));
    }

    /** Returns the archive of the application. */
    Path application(Form form) {
        return switch (form) {
            case COMMANDS, CONFIGURATION -> deployment.war();
            case DEFINITION -> copy(form, "forms-standalone.war", "forms.war", Map.of());
            case EAR -> copy(form, "forms.ear", "forms.ear", Map.of("forms.war", archive("forms.war")));
            case EAR_DEFINITION -> copy(form, "forms.ear", "forms.ear", Map.of());
        };
    }

    /** Returns the directory of what belongs to a form. */
    Path directory(Form form) {
        return deployment.directory().resolve(form.name().toLowerCase(Locale.ROOT));
    }

    private Path copy(Form form, String archive, String name, Map<String, Path> others) {
        String peersFile = peersFile(form).toString();
        return ArchiveCopy.write(
                archive(archive),
                directory(form).resolve(name),
                text -> deployment.fill(text.replace(PEERS_FILE, peersFile)),
                others);
    }

    private Path archive(String name) {
        return deployment.archives().resolve(name);
    }

    private Path peersFile(Form form) {
        return deployment.fill(Example.directory().resolve("forms-ear/peers.properties"), directory(form));
    }

    private String paths(Form form, String text) {
        return text.replace(
                        "/opt/forms.war", directory(form).resolve("forms.war").toString())
                .replace("/opt/forms.ear", directory(form).resolve("forms.ear").toString())
                .replace(
                        "/opt/glassfish-resources.xml",
                        directory(form).resolve("glassfish-resources.xml").toString());
    }
}
