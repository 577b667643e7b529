/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.local.Patience;
import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A socket of ours, or one of the JDK's, and the server's end of its connection over loopback. Thread-safe. */
final class SocketPair implements AutoCloseable {

    /** The two kinds compared. */
    enum Kind {
        JDK {
            @Override
            Socket open() {
                return new Socket();
            }
        },
        OURS {
            @Override
            Socket open() throws IOException {
                return ChannelSocket.open(Ticker.system(), null);
            }
        };

        abstract Socket open() throws IOException;
    }

    final Socket client;
    final Socket server;

    SocketPair(Kind kind) throws IOException {
        client = kind.open();
        try (ServerSocket listener = listen(50)) {
            client.connect(listener.getLocalSocketAddress());
            server = listener.accept();
        }
    }

    static ServerSocket listen(int backlog) throws IOException {
        return new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
    }

    /** Returns when {@code thread} waits on a socket of ours. */
    static void awaitWaiting(Thread thread) throws Exception {
        Patience.await(
                thread.getName() + " to wait",
                () -> Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("select")));
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }

    /** A listener whose queue is full, so that the kernel answers no connect any more. */
    static final class Silence implements AutoCloseable {

        private final ServerSocket listener = listen(1);
        private final List<Socket> queued = new ArrayList<>();

        Silence() throws IOException {
            for (int i = 0; i < 10; i++) {
                Socket next = new Socket();
                queued.add(next);
                try {
                    next.connect(address(), 100);
                } catch (java.net.SocketTimeoutException e) {
                    return;
                }
            }
            throw new AssertionError("the queue never fills");
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : queued) {
                socket.close();
            }
            listener.close();
        }
    }
}
