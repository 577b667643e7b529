/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What ProxySQL does with the sessions of a server, as far as its clients see it: a proxy on 127.0.0.1 that gives each
 * client a number of its own, and lends the sessions of the server now to one client and now to another.
 *
 * <p>It reads the plain protocol, neither TLS, which it offers to nobody, nor compression. All clients must be of one
 * user, database and driver. Thread-safe.
 */
public final class LendingProxy implements AutoCloseable {

    private static final int FIRST_NUMBER = 1_000_001;
    private static final int CHUNK_BYTES = 16 * 1024;

    private final int targetPort;
    private final ServerSocket listener;
    private final AtomicInteger numbers = new AtomicInteger(FIRST_NUMBER);
    /** In the order in which they came; those that have ended are not among them. */
    private final List<Client> clients = new CopyOnWriteArrayList<>();

    private LendingProxy(int targetPort, ServerSocket listener) {
        this.targetPort = targetPort;
        this.listener = listener;
    }

    /** Starts a proxy before a server of MySQL's protocol on this port of 127.0.0.1. */
    public static LendingProxy before(int targetPort) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(loopback(Ports.free()));
            LendingProxy proxy = new LendingProxy(targetPort, listener);
            Thread unused = ProxySession.startThread("accept", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a proxy to port " + targetPort, e);
        }
    }

    /** Returns {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Returns how many clients are connected. */
    public int clients() {
        return clients.size();
    }

    /**
     * Lends the server's session of each of the two clients that have been connected for longest to the other one. Both
     * must be idle.
     */
    public synchronized void swap() {
        if (clients.size() < 2) {
            throw new IllegalStateException("there are " + clients.size() + " clients, two are needed");
        }
        Client first = clients.get(0);
        Client second = clients.get(1);
        Backend lent = first.backend;
        first.take(second.backend);
        second.take(lent);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + this, e);
        }
        clients.forEach(Client::end);
    }

    @Override
    public String toString() {
        return "lending proxy " + listener.getLocalPort() + " to " + targetPort;
    }

    private void accept() {
        try {
            while (true) {
                Client client = new Client(listener.accept());
                Thread unused = ProxySession.startThread("client", client::serve);
            }
        } catch (IOException e) {
            // closing the listener is how this thread is ended
            if (!listener.isClosed()) {
                throw new UncheckedIOException("Cannot accept on " + this, e);
            }
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** A session of the server, and who has it. */
    private static final class Backend {
        private final Socket socket = new Socket();
        private volatile @Nullable Client holder;

        void pump() {
            byte[] chunk = new byte[CHUNK_BYTES];
            try {
                int length;
                while ((length = socket.getInputStream().read(chunk)) >= 0) {
                    Client client = holder;
                    if (client != null) {
                        client.socket.getOutputStream().write(chunk, 0, length);
                    }
                }
            } catch (IOException brokenOff) {
                // its client shall know
            } finally {
                Client client = holder;
                if (client != null) {
                    client.end();
                }
            }
        }
    }

    private final class Client {
        private final Socket socket;
        private volatile Backend backend = new Backend();

        Client(Socket socket) {
            this.socket = socket;
        }

        void take(Backend lent) {
            backend = lent;
            lent.holder = this;
        }

        void serve() {
            take(backend);
            clients.add(this);
            try {
                Backend own = backend;
                own.socket.connect(loopback(targetPort));
                Packet greeting = Packet.read(new DataInputStream(own.socket.getInputStream()));
                Packet.withoutTls(greeting)
                        .withSession(numbers.getAndIncrement())
                        .writeTo(socket.getOutputStream());
                Thread unused = ProxySession.startThread("backend", own::pump);
                byte[] chunk = new byte[CHUNK_BYTES];
                int length;
                while ((length = socket.getInputStream().read(chunk)) >= 0) {
                    backend.socket.getOutputStream().write(chunk, 0, length);
                }
            } catch (IOException brokenOff) {
                // the server shall know
            } finally {
                end();
            }
        }

        void end() {
            clients.remove(this);
            Backend last = backend;
            try (socket;
                    last.socket) {
                last.holder = null;
            } catch (IOException alreadyClosed) {
                // then it is over all the same
            }
        }
    }
}
