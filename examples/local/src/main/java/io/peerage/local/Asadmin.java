/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The command-line client of Payara Server and GlassFish. Thread-safe. */
final class Asadmin {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path home;
    private final Path javaHome;
    private final Path userHome;

    /**
     * @param home the directory that holds {@code glassfish}
     * @param userHome where it may keep files for itself
     */
    Asadmin(Path home, Path javaHome, Path userHome) {
        this.home = home;
        this.javaHome = javaHome;
        this.userHome = userHome;
    }

    /**
     * Runs one command on the server whose admin port this is, and returns what it printed.
     *
     * @throws IllegalStateException with what it printed, if it fails
     */
    String run(int port, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "--host", "127.0.0.1", "--port", Integer.toString(port), "--user", "admin", "--interactive=false"));
        command.addAll(arguments);
        return run(command);
    }

    /** Returns the command line with which it would start the domain, so that the process can be a child of ours. */
    List<String> launchCommand(Path domain, List<String> jvmOptions) {
        List<String> printed = run(List.of(
                        "start-domain",
                        "--dry-run",
                        "--domaindir",
                        domain.resolve("..").normalize().toString(),
                        String.valueOf(domain.getFileName())))
                .lines()
                .map(String::strip)
                .toList();
        int program = printed.indexOf(javaHome.resolve("bin/java").toString());
        int end = printed.indexOf("Command start-domain executed successfully.");
        if (program < 0 || end < program) {
            throw new IllegalStateException("No command line in " + String.join("\n", printed));
        }
        List<String> command = new ArrayList<>(printed.subList(program, end));
        command.removeIf(String::isEmpty);
        // What it logs goes to its standard output as well, and so to the log file of this start.
        command.set(command.indexOf("-verbose") + 1, "true");
        command.addAll(mainClass(command), jvmOptions);
        return command;
    }

    private static int mainClass(List<String> command) {
        for (int i = 0; i < command.size(); i++) {
            if (command.get(i).startsWith("com.sun.enterprise.glassfish.bootstrap.")) {
                return i;
            }
        }
        throw new IllegalStateException("No main class in " + String.join("\n", command));
    }

    private String run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                javaHome.resolve("bin/java").toString(),
                ServerJvm.QUICK_COMPILER,
                "-Duser.home=" + userHome,
                "-jar",
                home.resolve("glassfish/lib/client/appserver-cli.jar").toString()));
        command.addAll(arguments);
        return Command.run(userHome, LIMIT, command);
    }
}
