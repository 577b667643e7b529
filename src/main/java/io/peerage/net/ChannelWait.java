/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until something can be done on a channel that is in non-blocking mode. An interrupt wakes a selector but,
 * unlike blocking I/O on a channel, closes nothing (java.nio.channels.InterruptibleChannel,
 * java.nio.channels.Selector): the wait goes on, and the thread is interrupted again when it is over.
 *
 * <p>One thread waits at a time; {@link #close} may come from any, and ends the wait. The selector is opened by the
 * first wait and kept: after that a wait allocates nothing.
 */
final class ChannelWait implements AutoCloseable {

    /** How long a wait without a limit is: more than a century, and still a deadline that can be compared. */
    private static final long FOREVER_NANOS = Long.MAX_VALUE / 2;

    private final SocketChannel channel;
    private final Ticker ticker;
    /** Guarded by {@code this}. */
    private @Nullable SelectionKey key;

    /** Guarded by {@code this}. */
    private boolean closed;

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
        return ticker.nanos() + (millis == 0 ? FOREVER_NANOS : TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Returns for how long to select: rounded up, for a selector takes 0 for ever, as is meant where there is no limit. */
    static long selectMillis(long leftNanos) {
        return leftNanos > FOREVER_NANOS / 2 ? 0 : TimeUnit.NANOSECONDS.toMillis(Math.max(0, leftNanos)) + 1;
    }

    /**
     * Waits until the channel may be ready for {@code operation}, one of those of {@link SelectionKey}.
     *
     * @param deadline see {@link #deadline}
     * @return false if the time is over
     * @throws IOException if the channel is closed, or the wait is one of the adapter's own threads, told to end
     */
    boolean await(int operation, long deadline) throws IOException {
        SelectionKey use = registered();
        boolean interrupted = false;
        try {
            if (use.interestOps() != operation) {
                use.interestOps(operation);
            }
            while (true) {
                if (Thread.interrupted()) {
                    interrupted = true;
                    endIfTold();
                }
                long left = deadline - ticker.nanos();
                if (left <= 0) {
                    return false;
                }
                // there is one key, so that its number says all
                if (use.selector().select(ready -> {}, selectMillis(left)) > 0) {
                    return true;
                }
                if (!channel.isOpen()) {
                    throw closed();
                }
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw closed();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Nobody but the adapter interrupts its own threads: they end then, and their connections with them. */
    static void endIfTold() throws SocketException {
        if (Thread.currentThread() instanceof AdapterThread) {
            throw new SocketException("Socket closed: the adapter is being stopped");
        }
    }

    private synchronized SelectionKey registered() throws IOException {
        if (closed) {
            throw closed();
        }
        SelectionKey present = key;
        if (present == null) {
            Selector selector = channel.provider().openSelector();
            try {
                present = channel.register(selector, 0);
            } catch (IOException e) {
                selector.close();
                throw e;
            }
            key = present;
        }
        return present;
    }

    static SocketException closed() {
        return new SocketException("Socket closed");
    }

    /** Ends the wait under way and all later ones, and gives the selector back to the kernel. */
    @Override
    public void close() throws IOException {
        SelectionKey last;
        synchronized (this) {
            closed = true;
            last = key;
        }
        if (last != null) {
            last.selector().close();
        }
    }
}
