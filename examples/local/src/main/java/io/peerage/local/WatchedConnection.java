/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client's connection through a {@link StatementRelay}, with a thread for each direction. Thread-safe. */
final class WatchedConnection {

    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int HEADER_BYTES = 4;
    private static final byte QUERY = 3;

    private final Socket client;
    private final Socket server = new Socket();
    private final SocketAddress target;
    private final StatementWatcher watcher;
    private final Consumer<WatchedConnection> whenEnded;

    /** The statement whose answer has not begun to arrive. */
    private final AtomicReference<@Nullable String> asked = new AtomicReference<>();

    WatchedConnection(
            Socket client, SocketAddress target, StatementWatcher watcher, Consumer<WatchedConnection> whenEnded) {
        this.client = client;
        this.target = target;
        this.watcher = watcher;
        this.whenEnded = whenEnded;
    }

    void start() {
        startThread("to-server", () -> {
            try {
                server.connect(target);
                startThread("to-client", () -> endAfter(this::pumpAnswers));
            } catch (IOException nobodyListens) {
                end();
                return;
            }
            endAfter(this::pumpStatements);
        });
    }

    static void startThread(String what, Runnable task) {
        Thread thread = new Thread(task, "peerage-statement-relay-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes both sides; a client that is still reading sees the end of its stream. */
    void end() {
        try (client;
                server) {
            whenEnded.accept(this);
        } catch (IOException alreadyClosed) {
            // Then it is over all the same.
        }
    }

    private void endAfter(Pump pump) {
        try {
            pump.run();
        } catch (IOException brokenOff) {
            // Either side went away; the other one shall know.
        } finally {
            end();
        }
    }

    /** Passes on whole packets: three bytes of length, one of sequence, and the payload. */
    private void pumpStatements() throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = server.getOutputStream();
        byte[] header = new byte[HEADER_BYTES];
        while (true) {
            try {
                in.readFully(header);
            } catch (EOFException clientLeft) {
                return;
            }
            int length = (header[0] & 0xFF) | ((header[1] & 0xFF) << 8) | ((header[2] & 0xFF) << 16);
            byte[] packet = new byte[HEADER_BYTES + length];
            System.arraycopy(header, 0, packet, 0, HEADER_BYTES);
            in.readFully(packet, HEADER_BYTES, length);
            String sql = statement(packet);
            if (sql != null) {
                if (!watcher.forwards(sql)) {
                    return;
                }
                asked.set(sql);
            }
            out.write(packet);
        }
    }

    /** Returns the text of a query; a command begins a new sequence, as what belongs to the login does not. */
    private static @Nullable String statement(byte[] packet) {
        boolean query = packet.length > HEADER_BYTES && packet[HEADER_BYTES] == QUERY && packet[HEADER_BYTES - 1] == 0;
        return query
                ? new String(packet, HEADER_BYTES + 1, packet.length - HEADER_BYTES - 1, StandardCharsets.UTF_8)
                : null;
    }

    private void pumpAnswers() throws IOException {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        int length;
        while ((length = in.read(chunk)) >= 0) {
            String sql = asked.getAndSet(null);
            if (sql != null && !watcher.answers(sql)) {
                return;
            }
            out.write(chunk, 0, length);
        }
    }

    private interface Pump {
        void run() throws IOException;
    }
}
