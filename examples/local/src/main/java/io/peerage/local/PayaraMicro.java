/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Launches Payara Micro, the smallest Jakarta EE server that takes resource adapters. Confined to one thread. */
public final class PayaraMicro {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Path microJar;
    private final List<String> preBoot = new ArrayList<>(List.of(
            // --nocluster alone still starts the data grid, which multicasts.
            "set configs.config.server-config.hazelcast-config-specific-configuration.enabled=false",
            "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener"
                    + ".address=127.0.0.1"));
    private final List<String> postBoot = new ArrayList<>();
    private final List<Path> wars = new ArrayList<>();
    private final Map<String, String> systemProperties = new LinkedHashMap<>();
    private final List<String> jvmOptions = new ArrayList<>(ServerJvm.OPTIONS);
    private Path javaHome = Jdk.running();
    private @Nullable Path rootDir;
    private boolean failedCommandsAllowed;

    private PayaraMicro(Path microJar) {
        if (!Files.isRegularFile(microJar)) {
            throw new IllegalArgumentException("microJar is '" + microJar + "', allowed is an existing file");
        }
        this.microJar = microJar.toAbsolutePath();
    }

    /** Begins the description of a server whose program is this {@code payara-micro.jar}. */
    public static PayaraMicro at(Path microJar) {
        return new PayaraMicro(microJar);
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

    /** Adds a command to run before the server starts; only {@code set} and the like work so early. */
    public PayaraMicro preBoot(String line) {
        preBoot.add(line);
        return this;
    }

    /** Adds a command to run before the applications are deployed; see {@link #escape}. */
    public PayaraMicro postBoot(String line) {
        postBoot.add(line);
        return this;
    }

    /** Adds an application; its context root is the file's name without {@code .war}. */
    public PayaraMicro deploy(Path war) {
        wars.add(war.toAbsolutePath());
        return this;
    }

    /** Sets a system property of the server's JVM. */
    public PayaraMicro systemProperty(String name, String value) {
        systemProperties.put(name, value);
        return this;
    }

    /** Adds an option of the server's JVM; it wins over an earlier one. */
    public PayaraMicro jvmOption(String option) {
        jvmOptions.add(option);
        return this;
    }

    /** Keeps configuration and transaction logs in this directory over restarts, instead of in a temporary one. */
    public PayaraMicro rootDir(Path directory) {
        rootDir = directory.toAbsolutePath();
        return this;
    }

    /** Runs the server on another JDK than this JVM's. */
    public PayaraMicro javaHome(Path directory) {
        javaHome = directory;
        return this;
    }

    /** Accepts that boot commands fail, as they do when a {@link #rootDir} has what they make already. */
    public PayaraMicro allowFailedCommands() {
        failedCommandsAllowed = true;
        return this;
    }

    /**
     * Starts the server and returns when all applications are deployed.
     *
     * @throws IllegalStateException with the end of the log, if a boot command or a deployment fails
     */
    public ApplicationServer start() {
        Path directory = Directories.temporary("payara");
        int port = Ports.free();
        return RunningServer.launch("Payara Micro", directory, port, () -> command(directory, port), server -> {
            server.awaitLog(MicroLog::saysReady, START_LIMIT);
            MicroLog.check(server.log(), contextRoots(), failedCommandsAllowed);
        });
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
                Files.write(directory.resolve("post-boot.asadmin"), postBoot).toString()));
        wars.forEach(war -> command.addAll(List.of("--deploy", war.toString())));
        return command;
    }
}
