/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP relay on 127.0.0.1 in front of a MySQL or MariaDB server that shows each statement to a
 * {@link StatementWatcher} before the server gets it, and each answer before the client does: so that a test can act at
 * one exact point of a protocol. It reads the plain protocol, neither TLS nor compression. Thread-safe.
 */
public final class StatementRelay implements AutoCloseable {

    private final int targetPort;
    private final StatementWatcher watcher;
    private final ServerSocket listener;
    private final Set<WatchedConnection> connections = ConcurrentHashMap.newKeySet();

    private StatementRelay(int targetPort, StatementWatcher watcher, ServerSocket listener) {
        this.targetPort = targetPort;
        this.watcher = watcher;
        this.listener = listener;
    }

    /** Starts a relay to this port of 127.0.0.1; nobody needs to listen there yet. */
    public static StatementRelay to(int targetPort, StatementWatcher watcher) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(loopback(Ports.free()));
            StatementRelay relay = new StatementRelay(targetPort, watcher, listener);
            WatchedConnection.startThread("accept", relay::accept);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a relay to port " + targetPort, e);
        }
    }

    /** Returns the relay's own port on 127.0.0.1. */
    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + this, e);
        }
        List.copyOf(connections).forEach(WatchedConnection::end);
    }

    @Override
    public String toString() {
        return "statement relay " + port() + " to " + targetPort;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                WatchedConnection connection =
                        new WatchedConnection(client, loopback(targetPort), watcher, connections::remove);
                connections.add(connection);
                connection.start();
            }
        } catch (IOException e) {
            // Closing the listener is how this thread is ended.
            if (!listener.isClosed()) {
                throw new UncheckedIOException("Cannot accept on " + this, e);
            }
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
