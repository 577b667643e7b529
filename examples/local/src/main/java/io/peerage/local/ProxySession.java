/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One client's session with a proxy: the login is between the client and the server that takes writes;
 * the session on the other one begins with the first read. Thread-safe.
 */
final class ProxySession {

    private static final int CHUNK_BYTES = 16 * 1024;
    /** Where the text begins of a query that has a list of attributes, and none in it. */
    private static final int NO_ATTRIBUTES = 3;

    private static final int QUERY = 3;
    private static final int PING = 14;
    private static final int QUIT = 1;

    private static final Pattern AUTOCOMMIT_OFF = Pattern.compile("AUTOCOMMIT\\s*:?=\\s*(0|OFF|FALSE)");

    private final ProxyRules proxy;
    private final Socket client;
    private final Socket writer = new Socket();
    private final Socket reader = new Socket();
    private final SocketAddress writerAddress;
    private final SocketAddress readerAddress;
    private final Consumer<ProxySession> whenEnded;

    /** Of the thread that reads from the client, like all below. */
    private byte @Nullable [] login;

    private volatile boolean inTransaction;
    /** Whether a command has been sent of which no answer has begun to arrive. Of several threads. */
    private volatile boolean waiting = true;

    private boolean autocommit = true;
    private boolean hasBackend;

    ProxySession(
            ProxyRules proxy,
            Socket client,
            SocketAddress writerAddress,
            SocketAddress readerAddress,
            Consumer<ProxySession> whenEnded) {
        this.proxy = proxy;
        this.client = client;
        this.writerAddress = writerAddress;
        this.readerAddress = readerAddress;
        this.whenEnded = whenEnded;
    }

    void start() {
        Thread unused = startThread("client", () -> endAfter(this::serve));
    }

    static Thread startThread(String what, Runnable task) {
        Thread thread = new Thread(task, "peerage-proxy-" + what);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Closes all sides; a client that is still reading sees the end of its stream. */
    void end() {
        try (client;
                writer;
                reader) {
            whenEnded.accept(this);
        } catch (IOException alreadyClosed) {
            // then it is over all the same
        }
    }

    private void endAfter(Work work) {
        try {
            work.run();
        } catch (IOException brokenOff) {
            // one side went away; the others shall know
        } finally {
            end();
        }
    }

    private void serve() throws IOException {
        writer.connect(writerAddress);
        Packet.withoutTls(Packet.read(new DataInputStream(writer.getInputStream())))
                .writeTo(client.getOutputStream());
        Thread unused = startThread("writer", () -> endAfter(() -> pump(writer)));
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (true) {
            Packet packet;
            try {
                packet = Packet.read(in);
            } catch (EOFException clientLeft) {
                return;
            }
            if (login == null) {
                login = packet.payload();
            }
            serve(packet);
        }
    }

    private void serve(Packet packet) throws IOException {
        // a command begins a new sequence, as what belongs to the login does not
        boolean command = packet.sequence() == 0 && packet.length() > 0;
        int kind = command ? packet.first() : -1;
        if (command && kind != PING && kind != QUIT && (!hasBackend || proxy.hasLostBackends())) {
            long waited = proxy.awaitBackend();
            if (waited > 0) {
                Packet.error(9001, "Max connect timeout reached while reaching hostgroup 0 after " + waited + "ms")
                        .writeTo(client.getOutputStream());
                return;
            }
            hasBackend = true;
        }
        Socket target = writer;
        if (kind == QUERY) {
            String sql = text(packet);
            if (!inTransaction && proxy.isRead(sql)) {
                proxy.countRead();
                target = reader();
            } else {
                follow(sql.toUpperCase(Locale.ROOT));
            }
        }
        waiting = true;
        packet.writeTo(target.getOutputStream());
    }

    /** Tells whether its client neither waits for an answer nor is in a transaction. */
    boolean isIdle() {
        return !waiting && !inTransaction;
    }

    /** Returns the text of a query without the comments in front of it, and the attributes that MySQL lets stand there. */
    private static String text(Packet packet) {
        byte[] payload = packet.payload();
        boolean attributes = payload.length > NO_ATTRIBUTES && payload[1] == 0 && payload[2] == 1;
        int begin = attributes ? NO_ATTRIBUTES : 1;
        String sql = new String(payload, begin, payload.length - begin, StandardCharsets.UTF_8).strip();
        while (sql.startsWith("/*") && !sql.startsWith("/*!") && sql.contains("*/")) {
            sql = sql.substring(sql.indexOf("*/") + 2).strip();
        }
        return sql;
    }

    private void follow(String sql) {
        if (sql.startsWith("SET") && sql.contains("AUTOCOMMIT")) {
            autocommit = !AUTOCOMMIT_OFF.matcher(sql).find();
            inTransaction = inTransaction && !autocommit;
        } else if (sql.startsWith("START TRANSACTION") || sql.startsWith("BEGIN") || sql.startsWith("XA START")) {
            inTransaction = true;
        } else if (sql.startsWith("COMMIT")
                || (sql.startsWith("ROLLBACK") && !sql.startsWith("ROLLBACK TO"))
                || sql.startsWith("XA COMMIT")
                || sql.startsWith("XA ROLLBACK")
                || sql.startsWith("XA PREPARE")) {
            inTransaction = false;
        } else if (!autocommit && !sql.startsWith("SET")) {
            inTransaction = true;
        }
    }

    private Socket reader() throws IOException {
        if (!reader.isConnected()) {
            byte[] known = login;
            if (known == null) {
                throw new IOException("a statement came before the login");
            }
            reader.connect(readerAddress);
            new ProxyLogin(reader, known, LocalPeer.USER, LocalPeer.PASSWORD).run();
            Thread unused = startThread("reader", () -> endAfter(() -> pump(reader)));
        }
        return reader;
    }

    private void pump(Socket from) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        int length;
        while ((length = from.getInputStream().read(chunk)) >= 0) {
            client.getOutputStream().write(chunk, 0, length);
            waiting = false;
        }
    }

    private interface Work {
        void run() throws IOException;
    }
}
