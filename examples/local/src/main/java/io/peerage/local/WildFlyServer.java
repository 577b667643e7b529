/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Path;

/** A running WildFly that takes commands. Thread-safe. */
public final class WildFlyServer extends ForwardingServer {

    private final WildFlyCli cli;

    WildFlyServer(RunningServer server, WildFlyCli cli) {
        super(server);
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
}
