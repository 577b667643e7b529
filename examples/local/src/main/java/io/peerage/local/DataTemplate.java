/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A data directory with an empty database and an account, made once per user and copied for each server, because making
 * one takes seconds and copying it a tenth of one. Thread-safe.
 */
final class DataTemplate {

    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);

    private final Path template;

    private DataTemplate(Path template) {
        this.template = template;
    }

    /** Returns the template whose accounts and database these statements made. */
    static DataTemplate prepare(ServerBinary binary, String sql) {
        Path cache = Directories.cache();
        // Another template for other options or statements, so that a new version never runs on old data.
        List<String> recipe = ServerOptions.install(binary, Path.of("data"), Path.of("sql"));
        int key = 31 * recipe.hashCode() + sql.hashCode();
        Path template = cache.resolve("data-" + binary.version() + "-" + Integer.toHexString(key));
        if (Files.notExists(template)) {
            make(binary, sql, cache, template);
        }
        return new DataTemplate(template);
    }

    void copyTo(Path data) {
        Directories.copy(template, data);
    }

    private static void make(ServerBinary binary, String sql, Path cache, Path template) {
        try {
            Path partial = Files.createTempDirectory(cache, "partial-");
            try {
                Path data = partial.resolve("data");
                Path script = Files.writeString(partial.resolve("extra.sql"), sql);
                List<String> command = new ArrayList<>();
                command.add(binary.installer().toString());
                command.addAll(ServerOptions.install(binary, data, script));
                Command.run(partial, INSTALL_LIMIT, command);
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
