/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Both directions of a connected channel that is in non-blocking mode, as streams that wait. Thread-safe, as those of a
 * {@link java.net.Socket}: one reads at a time, and one writes. {@link #close} ends their waits, and leaves the channel
 * to its owner.
 *
 * <p>A read or a write of an array allocates nothing, but 48 bytes for each 128 KiB that go into an array of more than
 * 32 KiB. Single bytes cost more: drivers have buffers of their own, and never ask for one.
 */
final class ChannelStreams implements AutoCloseable {

    private final SocketChannel channel;
    /** The channel's own stream, which knows how much has arrived. */
    private final InputStream arrived;

    private final Ticker ticker;
    private final IntSupplier readTimeoutMillis;
    private final ChannelWait reading;
    private final ChannelWait writing;
    final InputStream input = new Input();
    final OutputStream output = new Output();
    /** Whether something was sent since something was last read. A hint. */
    private volatile boolean asked;

    /** @param readTimeoutMillis asked by each read that has to wait: for how long; 0 = for ever */
    ChannelStreams(SocketChannel channel, Ticker ticker, IntSupplier readTimeoutMillis) throws IOException {
        this.channel = channel;
        this.arrived = channel.socket().getInputStream();
        this.ticker = ticker;
        this.readTimeoutMillis = readTimeoutMillis;
        this.reading = new ChannelWait(channel, ticker);
        this.writing = new ChannelWait(channel, ticker);
    }

    @Override
    public void close() throws IOException {
        try (reading;
                writing) {
            // Both, whatever one says.
        }
    }

    /** Returns {@code failure} as a {@link java.net.Socket} on {@code channel} would say it. */
    static IOException translated(IOException failure, SocketChannel channel) {
        return failure instanceof SocketTimeoutException || failure instanceof UnknownHostException
                ? failure
                : asSockets(failure, channel);
    }

    /** As {@link #translated}, of what knows neither a limit of time nor a name. */
    static SocketException asSockets(IOException failure, SocketChannel channel) {
        if (failure instanceof SocketException said) {
            return said;
        }
        boolean ended = failure instanceof ClosedChannelException;
        if (ended && !channel.isOpen()) {
            return ChannelWait.closed();
        }
        SocketException said = new SocketException(ended ? "Socket is shut down" : failure.getMessage());
        said.initCause(failure);
        return said;
    }

    private final class Input extends InputStream {

        private final ReentrantLock lock = new ReentrantLock();
        /** Guarded by {@link #lock}. */
        private final ArrayWindow window = new ArrayWindow();

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        /** @throws SocketTimeoutException if nothing arrives in time; the socket stays as it is */
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
                throw translated(e, channel);
            } finally {
                lock.unlock();
            }
        }

        private int read(ByteBuffer into) throws IOException {
            boolean unanswered = asked;
            if (unanswered) {
                asked = false;
            }
            // What is asked right after a request has not been answered yet: the first try would be for nothing.
            int read = unanswered ? 0 : channel.read(into);
            if (read != 0) {
                return read;
            }
            long deadline = ChannelWait.deadline(ticker, readTimeoutMillis.getAsInt());
            do {
                if (!reading.await(SelectionKey.OP_READ, deadline)) {
                    throw new SocketTimeoutException("Read timed out");
                }
                read = channel.read(into);
            } while (read == 0);
            return read;
        }

        @Override
        public int available() throws IOException {
            try {
                return arrived.available();
            } catch (IOException e) {
                throw translated(e, channel);
            }
        }
    }

    private final class Output extends OutputStream {

        private final ReentrantLock lock = new ReentrantLock();
        /** Guarded by {@link #lock}. */
        private final ArrayWindow window = new ArrayWindow();

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        /** Waits for as long as the other side takes nothing. */
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            lock.lock();
            try {
                int done = 0;
                while (done < length) {
                    int written = channel.write(window.of(bytes, offset + done, length - done));
                    done += written;
                    if (written == 0) {
                        boolean ready = writing.await(SelectionKey.OP_WRITE, ChannelWait.deadline(ticker, 0));
                        assert ready;
                    }
                }
            } catch (IOException e) {
                throw translated(e, channel);
            } finally {
                asked = true;
                lock.unlock();
            }
        }
    }
}
