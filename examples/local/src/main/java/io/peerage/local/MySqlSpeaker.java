/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server of MySQL's protocol, with a Unix socket in its data directory. Immutable. */
abstract class MySqlSpeaker extends Flavour {

    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(30);

    /** Returns the command that runs SQL as root, in the data directory of a running server. */
    abstract List<String> client(String sql);

    @Override
    void beforeStart(Path data) {
        Path socket = data.resolve(ServerOptions.SOCKET);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + socket, e);
        }
    }

    @Override
    boolean isReady(Path data, int port) {
        // It makes the socket after it has bound the port: without, the greeting would be that of somebody else.
        return Files.exists(data.resolve(ServerOptions.SOCKET)) && Greeting.arrivesFrom(port);
    }

    @Override
    String execute(Path data, int port, String sql) {
        return Command.run(data, STATEMENT_LIMIT, client(sql)).stripTrailing();
    }
}
