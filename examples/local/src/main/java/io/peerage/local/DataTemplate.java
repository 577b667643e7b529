/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/**
 * A directory made once per user and copied for each server, because making its files takes seconds and copying them a
 * tenth of one. Thread-safe.
 */
final class DataTemplate {

    private final Path template;

    private DataTemplate(Path template) {
        this.template = template;
    }

    /**
     * Returns the template of this name.
     *
     * @param maker makes the directory it is given, and may use the one above for what is needed only meanwhile
     */
    static DataTemplate prepare(String name, Consumer<Path> maker) {
        Path cache = Directories.cache();
        Path template = cache.resolve(name);
        if (Files.notExists(template)) {
            make(maker, cache, template);
        }
        return new DataTemplate(template);
    }

    Path path() {
        return template;
    }

    void copyTo(Path data) {
        Directories.copy(template, data);
    }

    private static void make(Consumer<Path> maker, Path cache, Path template) {
        try {
            Path partial = Files.createTempDirectory(cache, "partial-");
            try {
                Path data = partial.resolve("data");
                maker.accept(data);
                publish(data, template);
            } finally {
                Directories.delete(partial);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the data directory " + template, e);
        }
    }

    private static void publish(Path data, Path template) throws IOException {
        try {
            Files.move(data, template, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another JVM was first: its template is as good as ours.
            if (Files.notExists(template)) {
                throw e;
            }
        }
    }
}
