/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Launches Open Liberty servers from one unpacked distribution, which is only read. Confined to one thread. */
public final class OpenLiberty {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration HELP_LIMIT = Duration.ofMinutes(1);
    private static final String SERVER = "shop";

    private final Path home;
    private final Path configuration;
    private final List<String> applications = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>(ServerJvm.OPTIONS);
    private Path javaHome = Jdk.running();
    private @Nullable Path user;

    private OpenLiberty(Path home, Path configuration) {
        if (!Files.isRegularFile(home.resolve("bin/tools/ws-server.jar"))) {
            throw new IllegalArgumentException(
                    "home is '" + home + "', allowed is a directory that holds bin/tools/ws-server.jar");
        }
        this.home = home.toAbsolutePath();
        this.configuration = configuration.toAbsolutePath();
    }

    /**
     * Begins the description of a server.
     *
     * @param home the directory {@code wlp} of an unpacked distribution
     * @param configuration a {@code server.xml} that takes its port from the variable {@code http.port}
     */
    public static OpenLiberty at(Path home, Path configuration) {
        return new OpenLiberty(home, configuration);
    }

    /** Returns the file that a running server with this {@link #user} directory watches for changes. */
    public static Path configurationIn(Path user) {
        return user.resolve("servers").resolve(SERVER).resolve("server.xml");
    }

    /** Returns what the program says of its command line, with all that it can be told to do. */
    public String help() {
        return Command.run(
                home,
                HELP_LIMIT,
                List.of(
                        javaHome.resolve("bin/java").toString(),
                        "-jar",
                        home.resolve("bin/tools/ws-server.jar").toString(),
                        "--help"));
    }

    /** Keeps the server's files, transaction logs among them, in this directory over restarts, not in a temporary one. */
    public OpenLiberty user(Path directory) {
        user = directory.toAbsolutePath();
        return this;
    }

    /** Waits at the start until this application of the configuration runs. */
    public OpenLiberty application(String name) {
        applications.add(name);
        return this;
    }

    /** Adds an option of the server's JVM; it wins over an earlier one. */
    public OpenLiberty jvmOption(String option) {
        jvmOptions.add(option);
        return this;
    }

    /** Runs the server on another JDK than this JVM's. */
    public OpenLiberty javaHome(Path directory) {
        javaHome = directory;
        return this;
    }

    /**
     * Starts the server and returns when its applications run.
     *
     * @throws IllegalStateException with the end of the log, if it does not start
     */
    public ApplicationServer start() {
        Path temporary = Directories.temporary("liberty");
        int port = Ports.free();
        return RunningServer.launch("Open Liberty", temporary, port, () -> command(temporary, port), server -> {
            for (String application : applications) {
                String started = server.awaitLog(
                        line -> line.contains("CWWKZ0001I: Application " + application + " started")
                                || line.contains("CWWKZ0002E:"),
                        START_LIMIT);
                if (started.contains("CWWKZ0002E:")) {
                    throw new IllegalStateException("Open Liberty did not start " + application + "; its log:\n"
                            + String.join("\n", server.log()));
                }
            }
            server.awaitLog(line -> line.contains("CWWKF0011I:"), START_LIMIT);
        });
    }

    private List<String> command(Path temporary, int port) throws IOException {
        Path directory = user != null ? user : temporary.resolve("usr");
        Path server = Files.createDirectories(directory.resolve("servers").resolve(SERVER));
        Files.copy(configuration, configurationIn(directory), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(server.resolve("bootstrap.properties"), "http.port=" + port + "\n");
        List<String> command = new ArrayList<>();
        // A program in front that becomes the server: it reads its directories from the environment.
        command.addAll(
                List.of("/usr/bin/env", "WLP_USER_DIR=" + directory, "WLP_OUTPUT_DIR=" + directory + "/servers"));
        command.add(javaHome.resolve("bin/java").toString());
        command.add("-javaagent:" + home.resolve("bin/tools/ws-javaagent.jar"));
        command.add("@" + home.resolve("lib/platform/java/java9.options"));
        command.add("-Djava.awt.headless=true");
        command.add("-Djava.io.tmpdir=" + Files.createDirectory(temporary.resolve("tmp")));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", home.resolve("bin/tools/ws-server.jar").toString(), SERVER));
        return command;
    }
}
