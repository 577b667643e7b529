/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What all servers have in common once they are launched. Thread-safe. */
final class RunningServer implements ApplicationServer {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");

    private final String name;
    private final Path temporary;
    private final int port;
    private final ServerProcess process;
    private final Thread shutdownHook = new Thread(this::end, "peerage-local-server-shutdown");

    private RunningServer(String name, Path temporary, int port, ServerProcess process) {
        this.name = name;
        this.temporary = temporary;
        this.port = port;
        this.process = process;
    }

    /** Makes the files that a server needs, and returns what launches it. */
    @FunctionalInterface
    interface Preparation {
        List<String> get() throws IOException;
    }

    /**
     * Launches a server and returns when it is ready; if it does not get there, nothing of it is left.
     *
     * @param temporary is deleted with the server
     * @param command makes the files that the server needs, and returns what launches it
     * @param ready returns when the server is ready, or throws
     */
    static RunningServer launch(
            String name, Path temporary, int port, Preparation command, Consumer<RunningServer> ready) {
        RunningServer server;
        try {
            server = new RunningServer(
                    name, temporary, port, ServerProcess.start(name, temporary, logFile(temporary), command.get()));
        } catch (IOException e) {
            Directories.delete(temporary);
            throw new UncheckedIOException("Cannot prepare " + name, e);
        } catch (RuntimeException e) {
            Directories.delete(temporary);
            throw e;
        }
        try {
            Runtime.getRuntime().addShutdownHook(server.shutdownHook);
            ready.accept(server);
            return server;
        } catch (RuntimeException e) {
            server.halt();
            server.close();
            throw e;
        }
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
        try {
            // Decoded leniently: the last character may have been written in part only.
            String text = new String(Files.readAllBytes(logFile(temporary)), StandardCharsets.UTF_8);
            return COLOUR.matcher(text).replaceAll("").lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the log of " + name, e);
        }
    }

    @Override
    public String awaitLog(Predicate<String> line, Duration limit) {
        AtomicReference<@Nullable String> found = new AtomicReference<>();
        process.awaitReady(
                () -> {
                    found.set(log().stream().filter(line).findFirst().orElse(null));
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
        return name + " at " + uri();
    }

    /** Tells whether its temporary files are still there, for a test that looks at what is left. */
    boolean hasFiles() {
        return Files.exists(temporary);
    }

    private static Path logFile(Path temporary) {
        return temporary.resolve("server.log");
    }

    private void end() {
        process.kill();
        Directories.delete(temporary);
    }
}
