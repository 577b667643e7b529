/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A running Payara Micro, the smallest Jakarta EE server that takes resource adapters, in a process of its own that
 * listens on a free port of 127.0.0.1 and nowhere else. Thread-safe.
 */
public final class PayaraMicro implements ApplicationServer {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final Path directory;
    private final int port;
    private final MicroLog log;
    private final ServerProcess process;
    private final Thread shutdownHook = new Thread(this::end, "peerage-local-payara-shutdown");

    private PayaraMicro(Path directory, int port, MicroLog log, ServerProcess process) {
        this.directory = directory;
        this.port = port;
        this.log = log;
        this.process = process;
    }

    /** Begins the description of a server whose program is this {@code payara-micro.jar}. */
    public static Builder at(Path microJar) {
        return new Builder(microJar);
    }

    /**
     * Returns a property value as it must be written in a boot command file, where {@code : ; =} separate properties.
     *
     * @throws IllegalArgumentException if it holds white space, which such a file cannot express
     */
    public static String escape(String value) {
        if (value.chars().anyMatch(Character::isWhitespace)) {
            // The value itself may be a password.
            throw new IllegalArgumentException("A value in a boot command file holds white space; allowed is none");
        }
        return value.replaceAll("[\\\\:;=]", "\\\\$0");
    }

    @Override
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public List<String> log() {
        return log.lines();
    }

    @Override
    public String awaitLog(Predicate<String> line, Duration limit) {
        AtomicReference<@Nullable String> found = new AtomicReference<>();
        process.awaitReady(
                () -> {
                    found.set(log.first(line));
                    return found.get() != null;
                },
                limit);
        String match = found.get();
        if (match == null) {
            throw new AssertionError("awaitReady returned before its condition held");
        }
        return match;
    }

    @Override
    public void halt() {
        process.kill();
    }

    @Override
    public void close() {
        process.terminate(STOP_LIMIT);
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException shuttingDown) {
            // Then the hook runs by itself, and finds nothing left to do.
        }
    }

    @Override
    public String toString() {
        return "Payara Micro at " + uri();
    }

    /** Tells whether its temporary files are still there, for a test that looks at what is left. */
    boolean hasFiles() {
        return Files.exists(directory);
    }

    private void end() {
        process.kill();
        Directories.delete(directory);
    }

    /** What a server shall run. Confined to one thread. */
    public static final class Builder {

        private final Path microJar;
        private final List<String> preBoot = new ArrayList<>(List.of(
                // --nocluster alone still starts the data grid, which multicasts.
                "set configs.config.server-config.hazelcast-config-specific-configuration.enabled=false",
                "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener"
                        + ".address=127.0.0.1"));
        private final List<String> postBoot = new ArrayList<>();
        private final List<Path> wars = new ArrayList<>();
        private final Map<String, String> systemProperties = new LinkedHashMap<>();
        private final List<String> jvmOptions = new ArrayList<>(List.of("-Xmx512m"));
        private Path javaHome = Path.of(System.getProperty("java.home"));
        private @Nullable Path rootDir;
        private boolean failedCommandsAllowed;

        private Builder(Path microJar) {
            if (!Files.isRegularFile(microJar)) {
                throw new IllegalArgumentException("microJar is '" + microJar + "', allowed is an existing file");
            }
            this.microJar = microJar.toAbsolutePath();
        }

        /** Adds a command to run before the server starts; only {@code set} and the like work so early. */
        public Builder preBoot(String line) {
            preBoot.add(line);
            return this;
        }

        /** Adds a command to run before the applications are deployed; see {@link PayaraMicro#escape}. */
        public Builder postBoot(String line) {
            postBoot.add(line);
            return this;
        }

        /** Adds an application; its context root is the file's name without {@code .war}. */
        public Builder deploy(Path war) {
            wars.add(war.toAbsolutePath());
            return this;
        }

        /** Sets a system property of the server's JVM. */
        public Builder systemProperty(String name, String value) {
            systemProperties.put(name, value);
            return this;
        }

        /** Adds an option of the server's JVM; it wins over an earlier one. */
        public Builder jvmOption(String option) {
            jvmOptions.add(option);
            return this;
        }

        /** Keeps configuration and transaction logs in this directory over restarts, instead of in a temporary one. */
        public Builder rootDir(Path directory) {
            rootDir = directory.toAbsolutePath();
            return this;
        }

        /** Runs the server on another JDK than this JVM's. */
        public Builder javaHome(Path directory) {
            javaHome = directory;
            return this;
        }

        /** Accepts that boot commands fail, as they do when a {@link #rootDir} has what they make already. */
        public Builder allowFailedCommands() {
            failedCommandsAllowed = true;
            return this;
        }

        /**
         * Starts the server and returns when all applications are deployed.
         *
         * @throws IllegalStateException with the end of the log, if a boot command or a deployment fails
         */
        public PayaraMicro start() {
            Path directory = Directories.temporary("payara");
            int port = Ports.free();
            Path logFile = directory.resolve("server.log");
            PayaraMicro server;
            try {
                ServerProcess process =
                        ServerProcess.start("Payara Micro", directory, logFile, command(directory, port));
                server = new PayaraMicro(directory, port, new MicroLog(logFile), process);
            } catch (IOException e) {
                Directories.delete(directory);
                throw new UncheckedIOException("Cannot prepare Payara Micro", e);
            } catch (RuntimeException e) {
                Directories.delete(directory);
                throw e;
            }
            try {
                Runtime.getRuntime().addShutdownHook(server.shutdownHook);
                server.awaitLog(MicroLog::saysReady, START_LIMIT);
                server.log.check(contextRoots(), failedCommandsAllowed);
                return server;
            } catch (RuntimeException e) {
                server.halt();
                server.close();
                throw e;
            }
        }

        private List<String> contextRoots() {
            return wars.stream()
                    .map(war -> "/" + war.getFileName().toString().replaceFirst("\\.war$", ""))
                    .toList();
        }

        private List<String> command(Path directory, int port) throws IOException {
            Path temporary = Files.createDirectory(directory.resolve("tmp"));
            Path root = Files.createDirectories(rootDir != null ? rootDir : directory.resolve("root"));
            List<String> command = new ArrayList<>();
            command.add(javaHome.resolve("bin/java").toString());
            command.addAll(jvmOptions);
            // It unpacks itself there, and SIGKILL would leave that behind.
            command.add("-Djava.io.tmpdir=" + temporary);
            systemProperties.forEach((name, value) -> command.add("-D" + name + "=" + value));
            command.addAll(List.of("-jar", microJar.toString()));
            command.addAll(List.of("--nocluster", "--disablephonehome"));
            command.addAll(List.of("--rootdir", root.toString()));
            command.addAll(List.of("--port", Integer.toString(port)));
            command.addAll(List.of(
                    "--prebootcommandfile",
                    Files.write(directory.resolve("pre-boot.asadmin"), preBoot).toString()));
            command.addAll(List.of(
                    "--postbootcommandfile",
                    Files.write(directory.resolve("post-boot.asadmin"), postBoot)
                            .toString()));
            wars.forEach(war -> command.addAll(List.of("--deploy", war.toString())));
            return command;
        }
    }
}
