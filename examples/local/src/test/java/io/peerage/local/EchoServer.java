/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends back what it gets, and counts. Thread-safe. */
final class EchoServer implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger accepted = new AtomicInteger();
    private final Thread acceptor;
    private final AtomicInteger received = new AtomicInteger();

    EchoServer() throws IOException {
        acceptor = daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** Returns how many bytes arrived. */
    int received() {
        return received.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            // the kernel's socket lives on while a thread is still in accept()
            acceptor.join();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted while the listener ended");
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                daemon(() -> echo(client));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void echo(Socket client) {
        try (client) {
            int octet = client.getInputStream().read();
            while (octet >= 0) {
                received.incrementAndGet();
                client.getOutputStream().write(octet);
                octet = client.getInputStream().read();
            }
        } catch (IOException reset) {
            // what some tests do
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "echo");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
