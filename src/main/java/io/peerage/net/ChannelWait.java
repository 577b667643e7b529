/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until something can be done on a channel that is in non-blocking mode. An interrupt wakes a selector but, unlike
 * blocking I/O on a channel, closes nothing (java.nio.channels.InterruptibleChannel, java.nio.channels.Selector): the
 * wait goes on, and the thread is interrupted again when it is over.
 *
 * <p>One thread waits at a time; {@link #close} may come from any, and ends the wait. The selector is opened by the first
 * wait and kept: after that a wait allocates nothing.
 */
final class ChannelWait implements AutoCloseable {

    /** The ticker's reading at which a wait without a limit ends. */
    static final long FOREVER = Long.MIN_VALUE;

    private final SocketChannel channel;
    private final Ticker ticker;
    /** Writes guarded by {@code this}. */
    private volatile @Nullable Opened opened;

    /** Guarded by {@code this}. */
    private boolean closed;

    /** What a wait needs of the kernel. */
    private record Opened(Selector selector, SelectionKey key) {}

    ChannelWait(SocketChannel channel, Ticker ticker) {
        this.channel = channel;
        this.ticker = ticker;
    }

    /**
     * Returns the reading of the ticker that ends a wait which begins now.
     *
     * @param millis 0 = never
     */
    static long deadline(Ticker ticker, int millis) {
        if (millis == 0) {
            return FOREVER;
        }
        long deadline = ticker.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
        return deadline == FOREVER ? deadline + 1 : deadline;
    }

    /**
     * Waits until the channel may be ready for {@code operation}, one of those of {@link SelectionKey}.
     *
     * @param deadline see {@link #deadline}
     * @return false if the time is over
     * @throws IOException if the channel is closed, or the wait is one of the adapter's own threads, told to end
     */
    boolean await(int operation, long deadline) throws IOException {
        Opened use = open();
        boolean interrupted = false;
        try {
            if (use.key.interestOps() != operation) {
                use.key.interestOps(operation);
            }
            while (true) {
                if (Thread.interrupted()) {
                    interrupted = true;
                    endIfTold();
                }
                long left = deadline == FOREVER ? 0 : deadline - ticker.nanos();
                if (deadline != FOREVER && left <= 0) {
                    return false;
                }
                // Rounded up: 0 would be for ever.
                long millis = TimeUnit.NANOSECONDS.toMillis(left + 999_999);
                if (use.selector.select(ChannelWait::nothing, millis) > 0) {
                    return true;
                }
                if (!channel.isOpen()) {
                    throw closed();
                }
            }
        } catch (ClosedSelectorException | java.nio.channels.CancelledKeyException e) {
            throw closed();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void nothing(SelectionKey ready) {
        // there is one key, so that its number says all
    }

    /** Nobody but the adapter interrupts its own threads: they end then, and their connections with them. */
    static void endIfTold() throws SocketException {
        if (Thread.currentThread() instanceof AdapterThread) {
            throw new SocketException("Socket closed: the adapter is being stopped");
        }
    }

    private Opened open() throws IOException {
        Opened present = opened;
        return present == null ? openFirst() : present;
    }

    private synchronized Opened openFirst() throws IOException {
        if (closed) {
            throw closed();
        }
        Opened present = opened;
        if (present == null) {
            Selector selector = channel.provider().openSelector();
            try {
                present = new Opened(selector, channel.register(selector, 0));
            } catch (IOException e) {
                selector.close();
                throw e;
            }
            opened = present;
        }
        return present;
    }

    static SocketException closed() {
        return new SocketException("Socket closed");
    }

    /** Ends the wait under way and all later ones, and gives the selector back to the kernel. */
    @Override
    public void close() throws IOException {
        Opened last;
        synchronized (this) {
            closed = true;
            last = opened;
        }
        if (last != null) {
            last.selector.close();
        }
    }
}
