/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds programs that this machine may have. Thread-safe. */
final class Programs {

    private Programs() {}

    /** Returns the program on the {@code PATH}, or where administrators' programs lie, which not every PATH names. */
    static Optional<Path> find(String name) {
        String path = System.getenv("PATH");
        return Stream.concat(
                        Stream.of((path == null ? "" : path).split(File.pathSeparator, -1)),
                        Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
