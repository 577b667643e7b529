/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Launches WildFly servers from one unpacked distribution, which is only read. Confined to one thread. */
public final class WildFly {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final Pattern EMPTY_SUBSYSTEM =
            Pattern.compile("<subsystem xmlns=\"urn:jboss:domain:resource-adapters:[0-9.]+\"/>");

    /** What its own start script adds on a modular JDK. */
    private static final List<String> MODULE_OPTIONS = List.of(
            "--add-exports=java.desktop/sun.awt=ALL-UNNAMED",
            "--add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED",
            "--add-exports=java.naming/com.sun.jndi.url.ldap=ALL-UNNAMED",
            "--add-exports=java.naming/com.sun.jndi.url.ldaps=ALL-UNNAMED",
            "--add-exports=jdk.naming.dns/com.sun.jndi.dns=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.net=ALL-UNNAMED",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.management/javax.management=ALL-UNNAMED",
            "--add-opens=java.naming/javax.naming=ALL-UNNAMED");

    private final Path home;
    private final List<String> jvmOptions = new ArrayList<>(ServerJvm.OPTIONS);
    private Path javaHome = Jdk.running();
    private @Nullable Path base;
    private @Nullable Path script;
    private @Nullable Path resourceAdapters;

    private WildFly(Path home) {
        if (!Files.isRegularFile(home.resolve("jboss-modules.jar"))) {
            throw new IllegalArgumentException(
                    "home is '" + home + "', allowed is a directory that holds jboss-modules.jar");
        }
        this.home = home.toAbsolutePath();
    }

    /** Begins the description of a server whose program is the distribution unpacked in this directory. */
    public static WildFly at(Path home) {
        return new WildFly(home);
    }

    /** Keeps configuration, deployments and transaction logs in this directory over restarts, not in a temporary one. */
    public WildFly base(Path directory) {
        base = directory.toAbsolutePath();
        return this;
    }

    /** Runs this {@code jboss-cli} script in the server once it is up; what it changes is kept in the base directory. */
    public WildFly script(Path file) {
        script = file.toAbsolutePath();
        return this;
    }

    /** Puts this subsystem in the place of the empty one in {@code standalone.xml}, at the first start. */
    public WildFly resourceAdapters(Path subsystem) {
        resourceAdapters = subsystem.toAbsolutePath();
        return this;
    }

    /** Adds an option of the server's JVM; it wins over an earlier one. */
    public WildFly jvmOption(String option) {
        jvmOptions.add(option);
        return this;
    }

    /** Runs the server on another JDK than this JVM's. */
    public WildFly javaHome(Path directory) {
        javaHome = directory;
        return this;
    }

    /**
     * Starts the server and returns when it has deployed what it holds and the script is through.
     *
     * @throws IllegalStateException with the end of the log or the script's output, if one of the two fails
     */
    public WildFlyServer start() {
        Path temporary = Directories.temporary("wildfly");
        int port = Ports.free();
        int adminPort = Ports.free();
        WildFlyCli cli = new WildFlyCli(home, javaHome, adminPort, temporary);
        RunningServer running =
                RunningServer.launch("WildFly", temporary, port, () -> command(temporary, port, adminPort), server -> {
                    String started = server.awaitLog(
                            line -> line.contains("WFLYSRV0025:") || line.contains("WFLYSRV0026:"), START_LIMIT);
                    if (started.contains("WFLYSRV0026:")) {
                        throw new IllegalStateException(
                                "WildFly started with errors; its log:\n" + String.join("\n", server.log()));
                    }
                    if (script != null) {
                        cli.run(script, server);
                    }
                });
        return new WildFlyServer(running, cli);
    }

    private List<String> command(Path temporary, int port, int adminPort) throws IOException {
        Path directory = base != null ? base : temporary.resolve("base");
        if (Files.notExists(directory)) {
            Directories.copy(home.resolve("standalone"), directory);
            fill(directory);
        }
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(MODULE_OPTIONS);
        command.addAll(List.of("-Djava.net.preferIPv4Stack=true", "-Djava.awt.headless=true"));
        command.add("-Djboss.modules.system.pkgs=org.jboss.byteman");
        command.add("-Djava.io.tmpdir=" + Files.createDirectory(temporary.resolve("tmp")));
        command.add("-Dorg.jboss.boot.log.file=" + temporary.resolve("boot.log"));
        command.add("-Dlogging.configuration=file:" + directory.resolve("configuration/logging.properties"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", home.resolve("jboss-modules.jar").toString()));
        command.addAll(List.of("-mp", home.resolve("modules").toString(), "org.jboss.as.standalone"));
        command.add("-Djboss.home.dir=" + home);
        command.add("-Djboss.server.base.dir=" + directory);
        command.add("-Djboss.bind.address=127.0.0.1");
        command.add("-Djboss.bind.address.management=127.0.0.1");
        command.add("-Djboss.http.port=" + port);
        command.add("-Djboss.https.port=" + Ports.free());
        command.add("-Djboss.management.http.port=" + adminPort);
        return command;
    }

    private void fill(Path directory) throws IOException {
        if (resourceAdapters == null) {
            return;
        }
        Path file = directory.resolve("configuration/standalone.xml");
        Matcher empty = EMPTY_SUBSYSTEM.matcher(Files.readString(file));
        if (!empty.find()) {
            throw new IllegalStateException("No " + EMPTY_SUBSYSTEM + " in " + file);
        }
        Files.writeString(file, empty.replaceFirst(Matcher.quoteReplacement(Files.readString(resourceAdapters))));
    }
}
