/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A running server that can do something besides what all can, which it leaves to another. Thread-safe. */
abstract class ForwardingServer implements ApplicationServer {

    private final RunningServer server;

    ForwardingServer(RunningServer server) {
        this.server = server;
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

    /** Tells whether its temporary files are still there, for a test that looks at what is left. */
    boolean hasFiles() {
        return server.hasFiles();
    }
}
