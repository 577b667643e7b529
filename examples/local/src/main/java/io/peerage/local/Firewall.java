/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a port of this machine a black hole with {@code iptables}, as a host that lost its power or a network that was
 * cut looks to its clients: packets vanish both ways, of open connections and of new ones. Needs root.
 *
 * <p>The rules match one port of the loopback interface, bear the id of this process as a comment, and go with
 * {@link #close} or the JVM. Thread-safe.
 */
public final class Firewall implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path program;
    private final int port;
    private final Thread shutdownHook = new Thread(this::pass, "peerage-local-firewall-shutdown");

    /** The matches that are dropped now. Guarded by "this". */
    private final List<String> dropped = new ArrayList<>();

    private Firewall(Path program, int port) {
        this.program = program;
        this.port = port;
    }

    /** Returns why there can be no black hole on this machine; empty if there can. */
    static Optional<String> obstacle() {
        if (Programs.find("iptables").isEmpty()) {
            return Optional.of("there is no program iptables");
        }
        return "root".equals(System.getProperty("user.name"))
                ? Optional.empty()
                : Optional.of("only root may drop packets");
    }

    /** Returns a firewall that lets everything pass to and from this port until it is told otherwise. */
    public static Firewall before(int port) {
        Path program = Programs.find("iptables").orElseThrow(() -> new IllegalStateException("no program iptables"));
        Firewall firewall = new Firewall(program, port);
        Runtime.getRuntime().addShutdownHook(firewall.shutdownHook);
        return firewall;
    }

    /** Lets all packets to and from the port vanish from now on. */
    public synchronized void drop() {
        for (String match : List.of("--dport", "--sport")) {
            if (!dropped.contains(match)) {
                run("-I", match);
                dropped.add(match);
            }
        }
    }

    /** Undoes {@link #drop}: packets pass again, those sent again by the kernel as well. */
    public synchronized void pass() {
        while (!dropped.isEmpty()) {
            String match = dropped.get(dropped.size() - 1);
            run("-D", match);
            dropped.remove(match);
        }
    }

    @Override
    public void close() {
        pass();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException shuttingDown) {
            // Then the hook runs by itself, and finds nothing left to do.
        }
    }

    private void run(String action, String match) {
        // -w: another process may be changing rules at this moment
        String answer = Command.run(
                Path.of("/"),
                LIMIT,
                List.of(
                        program.toString(),
                        "-w",
                        action,
                        "INPUT",
                        "-i",
                        "lo",
                        "-p",
                        "tcp",
                        match,
                        Integer.toString(port),
                        "-m",
                        "comment",
                        "--comment",
                        "peerage-" + ProcessHandle.current().pid(),
                        "-j",
                        "DROP"));
        if (!answer.isBlank()) {
            throw new IllegalStateException("iptables said: " + answer);
        }
    }
}
