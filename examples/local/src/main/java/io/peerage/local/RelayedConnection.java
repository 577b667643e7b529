/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import io.peerage.local.Valve.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One client's connection through a {@link Relay}, with a thread for each direction. Thread-safe. */
final class RelayedConnection {

    private static final int CHUNK_BYTES = 16 * 1024;

    private final Socket client;
    private final Socket server = new Socket();
    private final SocketAddress target;
    private final Valve valve;
    private final Consumer<RelayedConnection> whenEnded;
    private final AtomicInteger openDirections = new AtomicInteger(Direction.values().length);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /** @param whenEnded is told once that neither side can be used any longer */
    RelayedConnection(Socket client, SocketAddress target, Valve valve, Consumer<RelayedConnection> whenEnded) {
        this.client = client;
        this.target = target;
        this.valve = valve;
        this.whenEnded = whenEnded;
    }

    void start() {
        startThread(Direction.TO_SERVER, this::connectAndPump);
    }

    /** Returns when the client's kernel has been handed the bytes. */
    void sayToClient(byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException gone) {
            end(true);
        }
    }

    /** Ends both sides at once: in order, or with a TCP reset as a crashed host or a firewall does. */
    void end(boolean reset) {
        // Only the first call counts: closing one side wakes the other side's thread, whose reset would overtake a
        // close.
        if (ended.getAndSet(true)) {
            return;
        }
        try (client;
                server) {
            if (reset) {
                client.setSoLinger(true, 0);
                server.setSoLinger(true, 0);
            }
        } catch (IOException alreadyClosed) {
            // Then there is nothing to reset.
        }
        valve.wake();
        whenEnded.accept(this);
    }

    /**
     * Returns when both sides have been told. The kernel's sockets live on while threads are still in read(), so
     * without this a client may find its connection quiet for some milliseconds after {@link #end} has returned.
     */
    void awaitEnd() throws InterruptedException {
        // by index: the first thread starts the second one
        for (int i = 0; i < threads.size(); i++) {
            threads.get(i).join();
        }
    }

    private void startThread(Direction direction, Runnable task) {
        Thread thread = new Thread(task, "peerage-relay-" + direction);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void connectAndPump() {
        try {
            // A client that comes while all is stalled is not even known to the server.
            valve.await(Direction.TO_SERVER, ended::get);
            server.connect(target);
            startThread(Direction.TO_CLIENT, () -> pump(Direction.TO_CLIENT, server, client));
            pump(Direction.TO_SERVER, client, server);
        } catch (IOException nobodyListens) {
            end(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(true);
        }
    }

    private void pump(Direction direction, Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            int length;
            do {
                length = in.read(chunk);
                // The end of the stream waits as well: a black hole swallows that, too.
                valve.await(direction, ended::get);
                if (ended.get()) {
                    return;
                }
                if (length > 0) {
                    out.write(chunk, 0, length);
                }
            } while (length >= 0);
            to.shutdownOutput();
            if (openDirections.decrementAndGet() == 0) {
                end(false);
            }
        } catch (IOException brokenOff) {
            end(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(true);
        }
    }
}
