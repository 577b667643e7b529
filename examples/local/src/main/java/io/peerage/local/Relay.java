/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import io.peerage.local.Valve.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A TCP relay on 127.0.0.1 in front of a server's port, which misbehaves as networks do: it stalls, refuses, resets and
 * delays. It passes everything on until told otherwise. Thread-safe.
 */
public final class Relay implements AutoCloseable {

    /** Where new connections are led, in turn; never empty. */
    private volatile List<Integer> targetPorts;

    private final AtomicInteger led = new AtomicInteger();
    private final int port;
    /** The last one is that of new connections; those before it are of connections that were cut off. */
    private final List<Valve> valves = new CopyOnWriteArrayList<>(List.of(new Valve()));

    private final Set<RelayedConnection> connections = ConcurrentHashMap.newKeySet();

    /** Guarded by "this"; null while connections are refused and after {@link #close()}. */
    private @Nullable Listener listener;

    private volatile boolean closed;

    private Relay(int targetPort) {
        this.targetPorts = List.of(targetPort);
        this.port = Ports.free();
    }

    /** Starts a relay to this port of 127.0.0.1; nobody needs to listen there yet. */
    public static Relay to(int targetPort) {
        Relay relay = new Relay(targetPort);
        relay.listen();
        return relay;
    }

    /** Returns the relay's own port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /**
     * Leads new connections to these ports of 127.0.0.1 from now on, one after the other, as a balancer does or an
     * address that has moved; open ones go on.
     *
     * @param ports at least one
     */
    public void leadTo(Integer... ports) {
        if (ports.length == 0) {
            throw new IllegalArgumentException("no port to lead to");
        }
        led.set(0);
        targetPorts = List.of(ports);
    }

    private int nextTarget() {
        List<Integer> ports = targetPorts;
        return ports.get(Math.floorMod(led.getAndIncrement(), ports.size()));
    }

    /** Returns {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns how many clients' connections are open. */
    public int connections() {
        return connections.size();
    }

    /** Forwards everything, also what was held back; accepts connections again; a delay remains. */
    public void pass() {
        shut(EnumSet.noneOf(Direction.class));
        listen();
    }

    /**
     * Forwards nothing any more, as a black hole: connections stay open, and new ones are accepted by the kernel and
     * never answered.
     */
    public void stall() {
        shut(EnumSet.allOf(Direction.class));
    }

    /** Holds back only what clients send: the server does not get the next request. */
    public void stallToServer() {
        shut(EnumSet.of(Direction.TO_SERVER));
    }

    /** Holds back only what the server sends: requests are carried out and their answers do not arrive. */
    public void stallToClient() {
        shut(EnumSet.of(Direction.TO_CLIENT));
    }

    /**
     * Holds back everything on the connections that are open now, as a firewall does that has forgotten them: neither
     * side hears of the other's end. New ones are served.
     */
    public void stallExisting() {
        Valve old = current();
        valves.add(new Valve());
        old.shut(EnumSet.allOf(Direction.class));
    }

    /** Accepts connections and passes nothing on them, as a server whose logins hang; those open now go on. */
    public void stallNew() {
        Valve next = new Valve();
        next.shut(EnumSet.allOf(Direction.class));
        valves.add(next);
    }

    /** Refuses new connections from now on; open ones go on. */
    public synchronized void refuse() {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    /** Sends bytes to all clients that the server did not send, as a server that ends a session sends an error first. */
    public void sayToClients(byte[] bytes) {
        List.copyOf(connections).forEach(connection -> connection.sayToClient(bytes));
    }

    /** Resets all open connections (RST to both sides), and returns when done; new ones are treated as before. */
    public void reset() {
        endAll(true);
    }

    /** Closes all open connections in order (FIN to both sides), and returns when done; new ones as before. */
    public void closeExisting() {
        endAll(false);
    }

    /**
     * Forwards everything that much later, in each direction.
     *
     * @param millis 0 is no delay
     */
    public void delay(long millis) {
        if (millis < 0) {
            throw new IllegalArgumentException("millis is " + millis + ", allowed is 0 or more");
        }
        valves.forEach(valve -> valve.delay(millis));
    }

    @Override
    public void close() {
        closed = true;
        refuse();
        endAll(false);
    }

    @Override
    public String toString() {
        return "relay " + port + " to " + targetPorts;
    }

    private Valve current() {
        return valves.get(valves.size() - 1);
    }

    private void shut(Set<Direction> directions) {
        valves.forEach(valve -> valve.shut(directions));
    }

    private void endAll(boolean reset) {
        List<RelayedConnection> all = List.copyOf(connections);
        all.forEach(connection -> connection.end(reset));
        try {
            for (RelayedConnection connection : all) {
                connection.awaitEnd();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void listen() {
        if (closed || listener != null) {
            return;
        }
        try {
            ServerSocket socket = new ServerSocket();
            // Open connections on this port must not keep it from being listened on again.
            socket.setReuseAddress(true);
            socket.bind(loopback(port));
            Thread thread = new Thread(() -> acceptFrom(socket), "peerage-relay-accept-" + port);
            thread.setDaemon(true);
            thread.start();
            listener = new Listener(socket, thread);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on port " + port, e);
        }
    }

    private void acceptFrom(ServerSocket socket) {
        try {
            while (true) {
                serve(socket.accept());
            }
        } catch (IOException e) {
            // Closing the listener is how this thread is ended.
            if (!socket.isClosed()) {
                throw new UncheckedIOException("Cannot accept on port " + port, e);
            }
        }
    }

    private void serve(Socket client) {
        RelayedConnection connection =
                new RelayedConnection(client, loopback(nextTarget()), current(), connections::remove);
        connections.add(connection);
        connection.start();
        if (closed) {
            connection.end(false);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private record Listener(ServerSocket socket, Thread acceptor) {

        /** Returns when new connections are refused: the kernel's socket lives on while a thread is still in accept(). */
        void close() {
            try {
                socket.close();
                acceptor.join();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot stop listening on port " + socket.getLocalPort(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
