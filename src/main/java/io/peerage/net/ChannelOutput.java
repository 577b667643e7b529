/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is sent on a {@link ChannelSocket}. Thread-safe, as that of a {@link java.net.Socket}: one writes at a time. A write
 * waits for as long as the other side takes nothing, and allocates as little as a read.
 */
final class ChannelOutput extends OutputStream {

    private final ChannelSocket socket;
    private final ChannelWait wait;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@link #lock}. */
    private final ArrayWindow window = new ArrayWindow();
    /** Guarded by {@link #lock}. */
    private final byte[] one = new byte[1];

    ChannelOutput(ChannelSocket socket, ChannelWait wait) {
        this.socket = socket;
        this.wait = wait;
    }

    @Override
    public void write(int value) throws IOException {
        lock.lock();
        try {
            one[0] = (byte) value;
            write(one, 0, 1);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        lock.lock();
        try {
            int done = 0;
            while (done < length) {
                int written = socket.channel().write(window.of(bytes, offset + done, length - done));
                done += written;
                if (written == 0) {
                    boolean ready = wait.await(SelectionKey.OP_WRITE, ChannelWait.FOREVER);
                    assert ready;
                }
            }
        } catch (IOException e) {
            throw socket.translated(e);
        } finally {
            socket.asked();
            lock.unlock();
        }
    }

    /** Closes the socket. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
