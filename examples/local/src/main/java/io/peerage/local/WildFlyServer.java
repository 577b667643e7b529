/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A running WildFly that takes commands. Thread-safe. */
public final class WildFlyServer implements ApplicationServer {

    private final ApplicationServer server;
    private final WildFlyCli cli;

    WildFlyServer(ApplicationServer server, WildFlyCli cli) {
        this.server = server;
        this.cli = cli;
    }

    /**
     * Runs a {@code jboss-cli} script; it ends at the first command that fails.
     *
     * @throws IllegalStateException with what it printed and the log of the server, if a command fails
     */
    public void script(Path file) {
        cli.run(file, this);
    }

    @Override
    public URI uri() {
        return server.uri();
    }

    @Override
    public long pid() {
        return server.pid();
    }

    @Override
    public boolean isRunning() {
        return server.isRunning();
    }

    @Override
    public List<String> log() {
        return server.log();
    }

    @Override
    public String awaitLog(Predicate<String> line, Duration limit) {
        return server.awaitLog(line, limit);
    }

    @Override
    public void halt() {
        server.halt();
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
