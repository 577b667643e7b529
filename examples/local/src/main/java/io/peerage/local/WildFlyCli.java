/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The command-line client of WildFly, for one running server. Thread-safe. */
final class WildFlyCli {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path home;
    private final Path javaHome;
    private final int adminPort;
    private final Path directory;

    /** @param directory where it may keep files for itself */
    WildFlyCli(Path home, Path javaHome, int adminPort, Path directory) {
        this.home = home;
        this.javaHome = javaHome;
        this.adminPort = adminPort;
        this.directory = directory;
    }

    /**
     * Runs a script against the server.
     *
     * @throws IllegalStateException with what it printed and the log of the server, if a command fails
     */
    void run(Path script, ApplicationServer server) {
        try {
            Command.run(
                    directory,
                    LIMIT,
                    List.of(
                            javaHome.resolve("bin/java").toString(),
                            ServerJvm.QUICK_COMPILER,
                            "-Duser.home=" + directory,
                            "-jar",
                            home.resolve("jboss-modules.jar").toString(),
                            "-mp",
                            home.resolve("modules").toString(),
                            "org.jboss.as.cli",
                            "--connect",
                            "--no-color-output",
                            "--controller=127.0.0.1:" + adminPort,
                            "--file=" + script.toAbsolutePath()));
        } catch (IllegalStateException e) {
            throw new IllegalStateException("The log of WildFly:\n" + String.join("\n", server.log()), e);
        }
    }
}
