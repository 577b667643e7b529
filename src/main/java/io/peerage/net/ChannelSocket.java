/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket like the JDK's own, over a channel that is in non-blocking mode for life: it can be looked at between two
 * calls, and an interrupt does not close it. Threads that wait on it are interrupted when their call returns, as with
 * {@link java.net.Socket}; only the adapter's own end, see {@link AdapterThread}.
 *
 * <p>Thread-safe: one thread reads while another one writes, and {@link #close} ends both at once.
 */
final class ChannelSocket extends ChannelOptions {

    private final Ticker ticker;
    /** Where to find the addresses of a name; null: nowhere but at the one that was told. */
    private final @Nullable HostAddresses addresses;
    /** Replaced at most once, together with the channel. Writes guarded by {@link #replacing}. */
    private volatile ChannelWait reading;

    private volatile ChannelWait writing;
    private final Object replacing = new Object();
    /** Guarded by {@link #replacing}. */
    private boolean ended;
    /** Guarded by {@link #replacing}. */
    private @Nullable AddressRace race;
    /** Written before the connection is handed to those who read and write. */
    private volatile @Nullable ChannelInput input;

    private volatile @Nullable ChannelOutput output;
    /** Whether something was sent since something was last read. A hint. */
    private volatile boolean asked;

    private ChannelSocket(SocketChannel channel, Ticker ticker, @Nullable HostAddresses addresses)
            throws SocketException {
        super(channel);
        this.ticker = ticker;
        this.addresses = addresses;
        this.reading = new ChannelWait(channel, ticker);
        this.writing = new ChannelWait(channel, ticker);
    }

    /**
     * Opens a socket that is not connected.
     *
     * @throws IOException if the system has no more of them
     */
    static ChannelSocket open(Ticker ticker) throws IOException {
        return open(ticker, null);
    }

    /**
     * Opens a socket that is not connected.
     *
     * @param addresses has it connect to the first that answers of all the addresses of the name it is told; null: to
     *     the one that the name was resolved to
     * @throws IOException if the system has no more of them
     */
    static ChannelSocket open(Ticker ticker, @Nullable HostAddresses addresses) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            return new ChannelSocket(channel, ticker, addresses);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Reads into {@code buffer} what has arrived already.
     *
     * @return how many bytes; 0 if nothing has, -1 at the end
     */
    int readNow(ByteBuffer buffer) throws IOException {
        return channel().read(buffer);
    }

    void asked() {
        asked = true;
    }

    /** Returns whether something was sent since this was last called. */
    boolean hasAsked() {
        boolean before = asked;
        if (before) {
            asked = false;
        }
        return before;
    }

    @Override
    public void connect(SocketAddress remote) throws IOException {
        connect(remote, 0);
    }

    /**
     * @param millis 0 = until the system gives up
     * @throws SocketTimeoutException if there is no answer in time; the socket is closed then, as after any failure
     */
    @Override
    public void connect(SocketAddress remote, int millis) throws IOException {
        if (remote == null) {
            throw new IllegalArgumentException("connect: the address can't be null");
        }
        if (millis < 0) {
            throw new IllegalArgumentException("connect: timeout can't be negative");
        }
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (isConnected()) {
            throw new SocketException("already connected");
        }
        if (!(remote instanceof InetSocketAddress address)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        try {
            connect(address, reading.deadline(millis), addresses);
            streams();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void connect(InetSocketAddress address, long deadline, @Nullable HostAddresses known) throws IOException {
        List<InetSocketAddress> all =
                known == null ? List.of(address) : known.of(address.getHostString(), address.getPort());
        if (all.size() == 1) {
            connect(all.get(0), deadline);
        } else if (known != null) {
            connectToFirst(all, deadline, known);
        }
    }

    private void connectToFirst(List<InetSocketAddress> all, long deadline, HostAddresses known) throws IOException {
        try (AddressRace running = new AddressRace(ticker, known::failed)) {
            synchronized (replacing) {
                race = running;
                if (ended) {
                    throw ChannelWait.closed();
                }
            }
            become(running.run(all, this::alike, deadline), reading, writing);
        } finally {
            synchronized (replacing) {
                race = null;
            }
        }
    }

    private SocketChannel alike() throws IOException {
        SocketChannel other = SocketChannel.open();
        try {
            other.configureBlocking(false);
            copyTo(other);
            return other;
        } catch (IOException | RuntimeException | Error e) {
            other.close();
            throw e;
        }
    }

    private void become(SocketChannel connected, ChannelWait read, ChannelWait write) throws IOException {
        SocketChannel before = channel();
        synchronized (replacing) {
            if (ended) {
                connected.close();
                throw ChannelWait.closed();
            }
            reading = new ChannelWait(connected, ticker);
            writing = new ChannelWait(connected, ticker);
            become(connected);
        }
        try (read;
                write;
                before) {
            // Nobody has waited on these.
        }
    }

    private void connect(InetSocketAddress address, long deadline) throws IOException {
        SocketChannel channel = channel();
        if (address.isUnresolved()) {
            throw new UnknownHostException(address.getHostName());
        }
        try {
            boolean done = channel.connect(address);
            while (!done) {
                if (!reading.await(SelectionKey.OP_CONNECT, deadline)) {
                    throw new SocketTimeoutException("Connect timed out");
                }
                done = channel.finishConnect();
            }
        } catch (IOException e) {
            throw translated(e);
        } catch (AlreadyConnectedException | ConnectionPendingException e) {
            throw caused("already connected", e);
        }
    }

    private void streams() throws IOException {
        ChannelInput in = new ChannelInput(this, channel().socket().getInputStream(), reading);
        output = new ChannelOutput(this, writing);
        input = in;
        connected();
    }

    /** Returns {@code failure} as a {@link java.net.Socket} would say it. */
    IOException translated(IOException failure) {
        if (failure instanceof ClosedChannelException) {
            return isClosed() ? ChannelWait.closed() : caused("Socket is shut down", failure);
        }
        if (failure instanceof SocketException
                || failure instanceof SocketTimeoutException
                || failure instanceof UnknownHostException) {
            return failure;
        }
        return caused(failure.getMessage(), failure);
    }

    private static SocketException caused(@Nullable String message, Exception cause) {
        SocketException failure = new SocketException(message);
        failure.initCause(cause);
        return failure;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        ChannelInput in = input;
        checkStream(isInputShutdown(), "Socket input is shutdown");
        if (in == null) {
            throw new SocketException("Socket is not connected");
        }
        return in;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        ChannelOutput out = output;
        checkStream(isOutputShutdown(), "Socket output is shutdown");
        if (out == null) {
            throw new SocketException("Socket is not connected");
        }
        return out;
    }

    private void checkStream(boolean shut, String message) throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (isConnected() && shut) {
            throw new SocketException(message);
        }
    }

    /** Ends whatever waits on this socket, at once, with a {@link SocketException}. Does nothing the second time. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // whoever closes waits for nobody
    public void close() throws IOException {
        AddressRace running;
        ChannelWait read;
        ChannelWait write;
        SocketChannel channel;
        synchronized (replacing) {
            ended = true;
            running = race;
            read = reading;
            write = writing;
            channel = channel();
        }
        try (running;
                read;
                write;
                channel) {
            // The channel first, so that a wait that ends finds it closed; all three, whatever one of them says.
        }
    }
}
