/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Launches TomEE servers from one unpacked distribution, which is only read. Confined to one thread. */
public final class TomEE {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration HELP_LIMIT = Duration.ofMinutes(1);

    /** What its own start script adds. */
    private static final List<String> MODULE_OPTIONS = List.of(
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED");

    /** Tomcat starts all the same when it could not deploy something, and when all but itself could not be started. */
    private static final Pattern NOT_DEPLOYED = Pattern.compile(
            "Unable to deploy|Error deploying|startup failed due to previous errors|can't start OpenEJB");

    private static final Pattern STARTED = Pattern.compile("Server startup in \\[");

    private final Path home;
    private final Map<String, Path> files = new LinkedHashMap<>();
    private final List<Path> libraries = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>(ServerJvm.OPTIONS);
    private Path javaHome = Jdk.running();
    private @Nullable Path base;

    private TomEE(Path home) {
        if (!Files.isRegularFile(home.resolve("bin/bootstrap.jar"))) {
            throw new IllegalArgumentException(
                    "home is '" + home + "', allowed is a directory that holds bin/bootstrap.jar");
        }
        this.home = home.toAbsolutePath();
    }

    /** Begins the description of a server whose program is the distribution unpacked in this directory. */
    public static TomEE at(Path home) {
        return new TomEE(home);
    }

    /** Returns what the program for the command line, {@code tomee.sh}, says of all that it can be told to do. */
    public String help() {
        Path temporary = Directories.temporary("tomee");
        try {
            return Command.run(
                    temporary,
                    HELP_LIMIT,
                    List.of(
                            // A program in front that becomes the shell: the script reads the environment.
                            "/usr/bin/env",
                            "JAVA_HOME=" + javaHome,
                            "CATALINA_BASE=" + temporary,
                            "/bin/sh",
                            home.resolve("bin/tomee.sh").toString(),
                            "help"));
        } finally {
            Directories.delete(temporary);
        }
    }

    /** Keeps configuration, applications and transaction logs in this directory over restarts, not in a temporary one. */
    public TomEE base(Path directory) {
        base = directory.toAbsolutePath();
        return this;
    }

    /**
     * Copies a file into the base directory before the start.
     *
     * @param place where to, for example {@code conf/tomee.xml} or {@code webapps/shop.war}
     */
    public TomEE file(String place, Path file) {
        files.put(place, file.toAbsolutePath());
        return this;
    }

    /** Unpacks the jars of a resource adapter's archive into the base directory's {@code lib} before the start. */
    public TomEE library(Path rar) {
        libraries.add(rar.toAbsolutePath());
        return this;
    }

    /** Adds an option of the server's JVM; it wins over an earlier one. */
    public TomEE jvmOption(String option) {
        jvmOptions.add(option);
        return this;
    }

    /** Runs the server on another JDK than this JVM's. */
    public TomEE javaHome(Path directory) {
        javaHome = directory;
        return this;
    }

    /**
     * Starts the server and returns when it has deployed what it holds.
     *
     * @throws IllegalStateException with the log, if it does not start or could not deploy something
     */
    public ApplicationServer start() {
        Path temporary = Directories.temporary("tomee");
        int port = Ports.free();
        return RunningServer.launch("TomEE", temporary, port, () -> command(temporary, port), server -> {
            server.awaitLog(line -> STARTED.matcher(line).find(), START_LIMIT);
            List<String> log = server.log();
            if (log.stream().anyMatch(line -> NOT_DEPLOYED.matcher(line).find())) {
                throw new IllegalStateException("TomEE started with errors; its log:\n" + String.join("\n", log));
            }
        });
    }

    private List<String> command(Path temporary, int port) throws IOException {
        Path directory = base != null ? base : temporary.resolve("base");
        if (Files.notExists(directory)) {
            // Not its own applications, among them those that manage it.
            for (String needed : List.of("apps", "lib", "logs", "webapps", "work")) {
                Files.createDirectories(directory.resolve(needed));
            }
            Directories.copy(home.resolve("conf"), directory.resolve("conf"));
        }
        for (Map.Entry<String, Path> file : files.entrySet()) {
            Files.copy(file.getValue(), directory.resolve(file.getKey()), StandardCopyOption.REPLACE_EXISTING);
        }
        for (Path rar : libraries) {
            unpackJars(rar, directory.resolve("lib"));
        }
        listenOn(port, directory.resolve("conf/server.xml"));
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin/java").toString());
        command.add("-javaagent:" + home.resolve("lib/openejb-javaagent.jar"));
        command.addAll(MODULE_OPTIONS);
        command.addAll(List.of("-Djava.net.preferIPv4Stack=true", "-Djava.awt.headless=true"));
        command.add("-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager");
        command.add("-Djava.util.logging.config.file=" + directory.resolve("conf/logging.properties"));
        command.add("-Djava.protocol.handler.pkgs=org.apache.catalina.webresources");
        command.add("-Djava.io.tmpdir=" + Files.createDirectory(temporary.resolve("tmp")));
        command.addAll(jvmOptions);
        command.add("-Dcatalina.home=" + home);
        command.add("-Dcatalina.base=" + directory);
        command.addAll(
                List.of("-classpath", home.resolve("bin/bootstrap.jar") + ":" + home.resolve("bin/tomcat-juli.jar")));
        command.addAll(List.of("org.apache.catalina.startup.Bootstrap", "start"));
        return command;
    }

    private static void unpackJars(Path archive, Path into) throws IOException {
        try (FileSystem inside = FileSystems.newFileSystem(archive);
                DirectoryStream<Path> jars = Files.newDirectoryStream(inside.getPath("/"), "*.jar")) {
            for (Path jar : jars) {
                Files.copy(jar, into.resolve(String.valueOf(jar.getFileName())), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The distribution's file is made anew at each start: no address in it, and a port for whoever wants it to stop. */
    private void listenOn(int port, Path serverXml) throws IOException {
        String original = Files.readString(home.resolve("conf/server.xml"));
        String local = original.replace("<Server port=\"8005\"", "<Server port=\"-1\"")
                .replace("<Connector port=\"8080\"", "<Connector address=\"127.0.0.1\" port=\"" + port + "\"");
        if (!local.contains("<Server port=\"-1\"")
                || !local.contains("<Connector address=\"127.0.0.1\" port=\"" + port)) {
            throw new IOException("No ports where they were expected in " + home.resolve("conf/server.xml"));
        }
        Files.writeString(serverXml, local);
    }
}
