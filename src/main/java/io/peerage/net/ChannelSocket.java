/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket like the JDK's own, over a channel that is in non-blocking mode for life: it can be looked at between two
 * calls, and an interrupt does not close it. Threads that wait on it are interrupted when their call returns, as with
 * {@link Socket}; only the adapter's own end, see {@link AdapterThread}.
 *
 * <p>Thread-safe: one thread reads while another one writes, and {@link #close} ends both at once.
 */
final class ChannelSocket extends Socket {

    /** What the JDK's socket, which checks what it is asked, leaves to do. */
    private final ChannelSocketImpl below;

    private ChannelSocket(ChannelSocketImpl below) throws IOException {
        super(below);
        this.below = below;
    }

    /**
     * Opens a socket that is not connected.
     *
     * @param addresses has it connect to the first that answers of all the addresses of the name it is told; null: to
     *     the one that the name was resolved to
     * @throws IOException if the system has no more of them
     */
    static ChannelSocket open(Ticker ticker, @Nullable HostAddresses addresses) throws IOException {
        return new ChannelSocket(new ChannelSocketImpl(ticker, addresses));
    }

    /**
     * Reads into {@code buffer} what has arrived already.
     *
     * @return how many bytes; 0 if nothing has, -1 at the end
     */
    int readNow(ByteBuffer buffer) throws IOException {
        return below.channel().read(buffer);
    }

    /**
     * @param millis 0 = until the system gives up
     * @throws SocketTimeoutException if there is no answer in time; the socket is closed then, as after any failure
     */
    @Override
    public void connect(SocketAddress remote, int millis) throws IOException {
        try {
            super.connect(below.looksUp() ? named(remote) : remote, millis);
        } finally {
            if (below.isClosed()) {
                close();
            }
        }
    }

    /** Later JDKs refuse a name before it gets below, where it is looked up: it is given any address. */
    private static SocketAddress named(SocketAddress remote) throws IOException {
        return remote instanceof InetSocketAddress name && name.isUnresolved()
                ? new InetSocketAddress(InetAddress.getByAddress(name.getHostString(), new byte[4]), name.getPort())
                : remote;
    }

    /**
     * Ends whatever waits on this socket, at once, with a {@link java.net.SocketException}. Does nothing the second
     * time.
     */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // whoever closes waits for nobody
    public void close() throws IOException {
        // The JDK's own close comes second: it closes only what was used, and JDK 17 has it wait for a lock.
        try {
            below.close();
        } finally {
            super.close();
        }
    }
}
