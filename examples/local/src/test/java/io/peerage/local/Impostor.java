/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Greets like a database server on a given port, and does nothing else. Thread-safe. */
final class Impostor implements AutoCloseable {

    /** One byte follows, in the first packet, which is the version of the protocol. */
    private static final byte[] GREETING = {1, 0, 0, 0, 10};

    private final ServerSocket listener;

    Impostor(int port) throws IOException {
        listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::greet, "impostor");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void greet() {
        try {
            while (true) {
                try (Socket client = listener.accept()) {
                    client.getOutputStream().write(GREETING);
                }
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }
}
