/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds files of this project from whatever folder of it the tests are run in. Thread-safe: stateless. */
public final class ProjectFiles {

    private ProjectFiles() {}

    public static Path path(String relative) {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path candidate = folder.resolve(relative);
            if (Files.exists(candidate) && Files.exists(folder.resolve("rar/pom.xml"))) {
                return candidate;
            }
        }
        throw new IllegalStateException(relative + " is in no folder above " + start);
    }

    public static String text(String relative) {
        try {
            return Files.readString(path(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
