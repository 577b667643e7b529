/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What ProxySQL and MaxScale do, as far as their clients see it: a proxy on 127.0.0.1 before a server that takes writes
 * and one that answers reads. Outside a transaction, what its rule says is a read goes to the second one, everything
 * else to the first. It also stands for one whose backends are all taken ({@link #saturate}) or gone
 * ({@link #loseBackends}), and for one that an operator takes out ({@link #pause}).
 *
 * <p>It reads the plain protocol, neither TLS, which it offers to nobody, nor compression, and logs in to the second
 * server as {@link LocalPeer#USER}. Thread-safe.
 */
public final class ReadWriteProxy implements AutoCloseable {

    private final int writerPort;
    private final int readerPort;
    private final Predicate<String> isRead;
    private final int port = Ports.free();
    private final Set<ProxySession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();

    /** Guarded by "this"; null while new clients are refused and after {@link #close()}. */
    private @Nullable ServerSocket listener;

    /** Accepts from {@link #listener}. Guarded by "this". */
    private @Nullable Thread acceptor;

    /** How long a statement waits for a backend, milliseconds; 0 = there is one. Guarded by "this". */
    private long holdMillis;

    /** Whether nobody has a backend, whoever had one. */
    private volatile boolean backendsLost;

    private volatile boolean closed;

    private ReadWriteProxy(int writerPort, int readerPort, Predicate<String> isRead) {
        this.writerPort = writerPort;
        this.readerPort = readerPort;
        this.isRead = isRead;
    }

    /** Starts a proxy with the rules that most installations have: SHOW and SELECT read, but for SELECT ... FOR UPDATE. */
    public static ReadWriteProxy before(int writerPort, int readerPort) {
        return before(writerPort, readerPort, ReadWriteProxy::reads);
    }

    /** Starts a proxy that leads all to one server. */
    public static ReadWriteProxy before(int port) {
        return before(port, port, sql -> false);
    }

    /**
     * Starts a proxy before two ports of 127.0.0.1; nobody needs to listen there yet.
     *
     * @param isRead tells by its text, without the comments in front, which statement outside a transaction goes to
     *     {@code readerPort}; called on many threads
     */
    public static ReadWriteProxy before(int writerPort, int readerPort, Predicate<String> isRead) {
        ReadWriteProxy proxy = new ReadWriteProxy(writerPort, readerPort, isRead);
        proxy.resume();
        return proxy;
    }

    private static boolean reads(String sql) {
        String upper = sql.strip().toUpperCase(Locale.ROOT);
        return upper.startsWith("SHOW") || (upper.startsWith("SELECT") && !upper.endsWith("FOR UPDATE"));
    }

    /** Returns {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns the proxy's own port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Returns how many clients are connected. */
    public int clients() {
        return sessions.size();
    }

    /** Returns how many statements were answered by the second server so far. */
    public int reads() {
        return reads.get();
    }

    /** Returns how many statements have had to wait for a backend so far. */
    public int held() {
        return held.get();
    }

    /**
     * From now on no backend is free, as in a proxy with too few of them: clients that have had one keep it; a new one
     * is let in, its first statement waits, and fails as ProxySQL's does (9001) unless {@link #relieve} comes first.
     *
     * @param millis how long it waits; ProxySQL's own default is 10,000
     */
    public synchronized void saturate(long millis) {
        if (millis < 1) {
            throw new IllegalArgumentException("millis is " + millis + ", allowed is 1 or more");
        }
        holdMillis = millis;
    }

    /**
     * From now on there is no backend at all: as {@link #saturate}, for those also that have had one, but that the
     * proxy answers their pings by itself.
     */
    public synchronized void loseBackends(long millis) {
        saturate(millis);
        backendsLost = true;
    }

    /** Undoes {@link #saturate} and {@link #loseBackends}: those that wait go on. */
    public synchronized void relieve() {
        holdMillis = 0;
        backendsLost = false;
        notifyAll();
    }

    /**
     * Refuses new clients from now on and ends those that are idle, as PROXYSQL PAUSE does; those in a transaction go
     * on working, also after it.
     */
    public void pause() {
        refuse();
        List.copyOf(sessions).stream().filter(ProxySession::isIdle).forEach(ProxySession::end);
    }

    /** Refuses new clients from now on; those there are go on working. */
    public synchronized void refuse() {
        if (listener != null) {
            closeListener(listener, acceptor);
            listener = null;
        }
    }

    /** Undoes {@link #pause} and {@link #refuse}. */
    public synchronized void resume() {
        if (listener == null && !closed) {
            try {
                ServerSocket socket = new ServerSocket();
                // open connections on this port must not keep it from being listened on again
                socket.setReuseAddress(true);
                socket.bind(loopback(port));
                listener = socket;
                acceptor = ProxySession.startThread("accept", () -> accept(socket));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot listen on " + this, e);
            }
        }
    }

    /** Ends all clients' connections; new ones are served as before. */
    public void closeExisting() {
        List.copyOf(sessions).forEach(ProxySession::end);
    }

    @Override
    public void close() {
        closed = true;
        refuse();
        relieve();
        closeExisting();
    }

    @Override
    public String toString() {
        return "proxy " + port + " to " + writerPort + " and " + readerPort;
    }

    /** What a session asks its proxy. */
    private final class Rules implements ProxyRules {

        @Override
        public boolean isRead(String sql) {
            return isRead.test(sql);
        }

        @Override
        public boolean hasLostBackends() {
            return backendsLost;
        }

        @Override
        public void countRead() {
            reads.incrementAndGet();
        }

        @Override
        public long awaitBackend() {
            return ReadWriteProxy.this.awaitBackend();
        }
    }

    private synchronized long awaitBackend() {
        long millis = holdMillis;
        if (millis == 0) {
            return 0;
        }
        held.incrementAndGet();
        long deadline = System.nanoTime() + millis * 1_000_000;
        try {
            while (holdMillis > 0) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return millis;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                ProxySession session = new ProxySession(
                        new Rules(), client, loopback(writerPort), loopback(readerPort), sessions::remove);
                sessions.add(session);
                session.start();
                if (closed) {
                    session.end();
                }
            }
        } catch (IOException e) {
            // closing the listener is how this thread is ended
            if (!socket.isClosed()) {
                throw new UncheckedIOException("Cannot accept on " + this, e);
            }
        }
    }

    /** Returns when new clients are refused: the kernel's socket lives on while a thread is still in accept(). */
    private void closeListener(ServerSocket socket, @Nullable Thread accepting) {
        try {
            socket.close();
            if (accepting != null) {
                accepting.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop listening on " + this, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
