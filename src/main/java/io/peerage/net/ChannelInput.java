/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What arrives on a {@link ChannelSocket}. Thread-safe, as that of a {@link java.net.Socket}: one reads at a time. A read
 * allocates nothing, but 48 bytes for each 128 KiB that go into an array of more than 32 KiB.
 */
final class ChannelInput extends InputStream {

    private final ChannelSocket socket;
    /** The channel's own stream, which knows how much has arrived. */
    private final InputStream arrived;

    private final ChannelWait wait;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@link #lock}. */
    private final ArrayWindow window = new ArrayWindow();
    /** Guarded by {@link #lock}. */
    private final byte[] one = new byte[1];

    ChannelInput(ChannelSocket socket, InputStream arrived, ChannelWait wait) {
        this.socket = socket;
        this.arrived = arrived;
        this.wait = wait;
    }

    @Override
    public int read() throws IOException {
        lock.lock();
        try {
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        } finally {
            lock.unlock();
        }
    }

    /** @throws SocketTimeoutException if nothing arrives within {@code SO_TIMEOUT}; the socket stays as it is */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            return read(window.of(bytes, offset, length));
        } catch (IOException e) {
            throw socket.translated(e);
        } finally {
            lock.unlock();
        }
    }

    private int read(ByteBuffer into) throws IOException {
        // What is asked right after a request has not been answered yet: the first try would be for nothing.
        int read = socket.hasAsked() ? 0 : socket.channel().read(into);
        if (read != 0) {
            return read;
        }
        long deadline = wait.deadline(socket.readTimeoutMillis());
        do {
            if (!wait.await(SelectionKey.OP_READ, deadline)) {
                throw new SocketTimeoutException("Read timed out");
            }
            read = socket.channel().read(into);
        } while (read == 0);
        return read;
    }

    @Override
    public int available() throws IOException {
        try {
            return socket.isInputShutdown() ? 0 : arrived.available();
        } catch (IOException e) {
            throw socket.translated(e);
        }
    }

    /** Closes the socket. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
