/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A real HAProxy on 127.0.0.1 with one frontend before each server, which an operator enables and disables over its
 * admin socket. It ends with the JVM. Thread-safe.
 */
public final class HaProxy implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final String CONFIGURATION = """
            global
              maxconn 1000
              stats socket %s mode 600 level admin
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            """;
    private static final String PROXY = """
            frontend f%1$d
              bind 127.0.0.1:%2$d
              default_backend b%1$d
            backend b%1$d
              server s%1$d 127.0.0.1:%3$d
            """;

    private final Path directory;
    private final List<Integer> ports = new ArrayList<>();
    private final ServerProcess process;
    private final Thread shutdownHook = new Thread(this::end, "peerage-local-haproxy-shutdown");

    private HaProxy(Path program, List<Integer> targets) {
        this.directory = Directories.temporary("haproxy");
        StringBuilder configuration = new StringBuilder(CONFIGURATION.formatted(socket()));
        for (int target : targets) {
            ports.add(Ports.free());
            configuration.append(PROXY.formatted(ports.size(), ports.get(ports.size() - 1), target));
        }
        Path file = directory.resolve("haproxy.cfg");
        try {
            Files.writeString(file, configuration, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            Directories.delete(directory);
            throw new UncheckedIOException("Cannot write " + file, e);
        }
        this.process = ServerProcess.start(
                "haproxy",
                directory,
                directory.resolve("haproxy.log"),
                // -db: in the foreground, so that its process is ours to end
                List.of(program.toString(), "-db", "-f", file.toString()));
    }

    /** Returns the program, if this machine has it. */
    static Optional<Path> program() {
        return Programs.find("haproxy");
    }

    /**
     * Starts one process with a frontend before each of these ports of 127.0.0.1, and returns when all accept clients.
     *
     * @throws IllegalStateException with its log, if it does not start
     */
    public static HaProxy before(List<Integer> targets) {
        Path program = program().orElseThrow(() -> new IllegalStateException("no program haproxy"));
        HaProxy proxy = new HaProxy(program, targets);
        try {
            Runtime.getRuntime().addShutdownHook(proxy.shutdownHook);
            proxy.process.awaitReady(
                    () -> Files.exists(proxy.socket()) && proxy.ports.stream().allMatch(Greeting::arrivesFrom),
                    START_LIMIT);
            return proxy;
        } catch (RuntimeException e) {
            proxy.close();
            throw e;
        }
    }

    /**
     * Returns {@code 127.0.0.1:port} of a frontend.
     *
     * @param frontend in the order of the targets, from 1
     */
    public String address(int frontend) {
        return "127.0.0.1:" + ports.get(frontend - 1);
    }

    /** Refuses new clients from now on; those there are go on working. */
    public void disable(int frontend) {
        command("disable frontend f" + frontend);
    }

    /** Undoes {@link #disable}. */
    public void enable(int frontend) {
        command("enable frontend f" + frontend);
    }

    /** Returns how many clients are connected through a frontend now. */
    public int clients(int frontend) {
        // pxname,svname,qcur,qmax,scur,...: the sessions of now are the fifth field
        return command("show stat")
                .lines()
                .map(line -> line.split(",", -1))
                .filter(fields -> fields[0].equals("f" + frontend) && fields[1].equals("FRONTEND"))
                .mapToInt(fields -> Integer.parseInt(fields[4]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no frontend " + frontend));
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException shuttingDown) {
            // Then the hook runs by itself, and finds nothing left to do.
        }
    }

    private void end() {
        process.kill();
        Directories.delete(directory);
    }

    private Path socket() {
        return directory.resolve("admin");
    }

    private String command(String line) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            ByteBuffer request = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            InputStream in = Channels.newInputStream(channel);
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
            // It answers an order it carries out with nothing, and a question with a table.
            if (!answer.isEmpty() && !answer.startsWith("#")) {
                throw new IllegalStateException("haproxy refused '" + line + "': " + answer);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot tell haproxy '" + line + "': " + process.logTail(), e);
        }
    }
}
