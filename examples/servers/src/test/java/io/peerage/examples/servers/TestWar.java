/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Packs an application that only tests use: the classes of one package, and descriptors. Stateless. */
final class TestWar {

    private TestWar() {}

    /**
     * Writes the archive, which must not exist yet, and returns where.
     *
     * @param type any class of the package
     * @param descriptors text by file name, for {@code WEB-INF}
     */
    static Path write(Path war, Class<?> type, Map<String, String> descriptors) {
        try (FileSystem inside = FileSystems.newFileSystem(war, Map.of("create", "true"))) {
            Path classes =
                    inside.getPath("WEB-INF", "classes", type.getPackageName().replace('.', '/'));
            Files.createDirectories(classes);
            try (DirectoryStream<Path> compiled = Files.newDirectoryStream(directory(type), "*.class")) {
                for (Path file : compiled) {
                    Files.copy(file, classes.resolve(String.valueOf(file.getFileName())));
                }
            }
            for (Map.Entry<String, String> descriptor : descriptors.entrySet()) {
                Files.writeString(inside.getPath("WEB-INF", descriptor.getKey()), descriptor.getValue());
            }
            return war;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + war, e);
        }
    }

    private static Path directory(Class<?> type) {
        try {
            return Path.of(Objects.requireNonNull(type.getResource(".")).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
