/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running domain of Payara Server or of Eclipse GlassFish, from which it descends: with HTTP, the admin console and
 * {@code asadmin}, in a process of its own that listens on free ports of 127.0.0.1 and nowhere else. Thread-safe.
 */
public final class GlassFishDomain extends ForwardingServer {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Asadmin asadmin;
    private final Path domain;
    private final int adminPort;

    private GlassFishDomain(RunningServer server, Asadmin asadmin, Path domain, int adminPort) {
        super(server);
        this.asadmin = asadmin;
        this.domain = domain;
        this.adminPort = adminPort;
    }

    /**
     * Begins the description of a server whose program is the unpacked distribution in this directory, the one that
     * holds {@code glassfish}; it is only read, so that several domains can share it.
     */
    public static Builder at(Path home) {
        return new Builder(home);
    }

    /** Returns a property value as it must be written in an argument, where {@code : ; =} separate properties. */
    public static String escape(String value) {
        return value.replaceAll("[\\\\:;=]", "\\\\$0");
    }

    /** Returns the root of the admin console, which lets in who calls from this machine; with a slash at the end. */
    public URI adminUri() {
        return URI.create("http://127.0.0.1:" + adminPort + "/");
    }

    /**
     * Runs one command of {@code asadmin} against this server, such as {@code deploy x.rar}, and returns what it
     * printed.
     *
     * @throws IllegalStateException with what it printed, if it fails
     */
    public String asadmin(String... arguments) {
        return asadmin.run(adminPort, List.of(arguments));
    }

    /** Returns the directory with the domain's configuration, applications and logs. */
    public Path domain() {
        return domain;
    }

    /** What a server shall run. Confined to one thread. */
    public static final class Builder {

        private final Path home;
        private final List<String> jvmOptions = new ArrayList<>(List.of(ServerJvm.QUICK_COMPILER));
        private Path javaHome = Jdk.running();
        private @Nullable Path directory;

        private Builder(Path home) {
            if (!Files.isDirectory(home.resolve("glassfish/domains/domain1"))) {
                throw new IllegalArgumentException(
                        "home is '" + home + "', allowed is a directory that holds glassfish/domains/domain1");
            }
            this.home = home.toAbsolutePath();
        }

        /** Adds an option of the server's JVM; it wins over an earlier one and over those of the domain. */
        public Builder jvmOption(String option) {
            jvmOptions.add(option);
            return this;
        }

        /**
         * Keeps configuration, applications and transaction logs in this directory over restarts, instead of in a
         * temporary one. Ports are chosen once, at the first start: they are part of the name under which the
         * transaction manager finds its branches again.
         */
        public Builder domain(Path directory) {
            this.directory = directory.toAbsolutePath();
            return this;
        }

        /** Runs the server on another JDK than this JVM's. */
        public Builder javaHome(Path directory) {
            javaHome = directory;
            return this;
        }

        /**
         * Starts the server and returns when it has deployed what its domain holds.
         *
         * @throws IllegalStateException with the end of the log, if it does not start
         */
        public GlassFishDomain start() {
            Path temporary = Directories.temporary("domain");
            try {
                return launch(temporary);
            } catch (IOException e) {
                Directories.delete(temporary);
                throw new UncheckedIOException("Cannot prepare a domain of " + home, e);
            }
        }

        private GlassFishDomain launch(Path temporary) throws IOException {
            Path domain = directory != null ? directory : temporary.resolve("domain1");
            if (Files.notExists(domain)) {
                Files.createDirectories(domain.resolve("..").normalize());
                Directories.copy(home.resolve("glassfish/domains/domain1"), domain);
                new DomainConfiguration(domain).confine();
            }
            DomainConfiguration configuration = new DomainConfiguration(domain);
            Asadmin asadmin = new Asadmin(home, javaHome, Files.createDirectory(temporary.resolve("user")));
            // The server and its client keep files for themselves in these places.
            jvmOptions.add(0, "-Djava.io.tmpdir=" + Files.createDirectory(temporary.resolve("tmp")));
            RunningServer server = RunningServer.launch(
                    String.valueOf(home.getFileName()),
                    temporary,
                    configuration.port("http-listener-1"),
                    () -> asadmin.launchCommand(domain, jvmOptions),
                    launched -> awaitStart(launched, configuration));
            return new GlassFishDomain(server, asadmin, domain, configuration.port("admin-listener"));
        }

        private static void awaitStart(ApplicationServer server, DomainConfiguration configuration) {
            server.awaitLog(line -> line.contains("startup time"), START_LIMIT);
            // Payara Server says so before it loads them.
            for (String application : configuration.applications()) {
                server.awaitLog(line -> line.contains("Loading application " + application + " done"), START_LIMIT);
            }
        }
    }
}
