/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The threads of the adapter and its driver in another process, by their names. Stateless. */
final class AdapterThreads {

    /** Connector/J's own. */
    static final String OF_THE_DRIVER = "mysql-cj-abando";

    private AdapterThreads() {}

    /** Returns their names as the kernel knows them, cut after 15 characters; none, if the process has ended. */
    static List<String> of(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.flatMap(thread -> name(thread).stream())
                    .filter(name -> name.startsWith("peerage-") || name.equals(OF_THE_DRIVER))
                    .toList();
        } catch (NoSuchFileException ended) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the threads of " + pid, e);
        }
    }

    private static Optional<String> name(Path thread) {
        try {
            return Optional.of(Files.readString(thread.resolve("comm")).strip());
        } catch (IOException ended) {
            return Optional.empty();
        }
    }
}
