/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Causes;
import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first address that answers of those that a name has, be they one or several. One that is silent gets
 * company after a moment and is not given up for it, so that all are tried within the bound of one connect, and a slow
 * one may still win (as in RFC 8305, section 5).
 *
 * <p>One thread runs it, once; {@link #close} may come from any and ends it.
 */
final class AddressRace implements AutoCloseable {

    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Selector selector;
    private final Ticker ticker;
    private final Consumer<InetSocketAddress> failed;
    private final List<SocketChannel> open = new ArrayList<>();
    private @Nullable IOException failure;

    /** Opens a channel in non-blocking mode that is not connected. */
    @FunctionalInterface
    interface Opener {
        SocketChannel open() throws IOException;
    }

    /** @param failed told of each address that refused, or was silent for longer than the one that answered */
    AddressRace(Ticker ticker, Consumer<InetSocketAddress> failed) throws IOException {
        this.selector = Selector.open();
        this.ticker = ticker;
        this.failed = failed;
    }

    /**
     * Returns a channel that is connected.
     *
     * @param addresses the best first; at least one
     * @param deadline as {@link ChannelWait#deadline} makes it
     * @throws SocketTimeoutException if the time is over
     * @throws IOException what the first one said, if all of them refused
     */
    SocketChannel run(List<InetSocketAddress> addresses, Opener opener, long deadline) throws IOException {
        boolean interrupted = false;
        SocketChannel winner = null;
        try {
            int next = 0;
            long nextAt = ticker.nanos();
            long moment = Math.min(MOMENT_NANOS, Math.max(0, deadline - nextAt) / (2L * addresses.size()));
            while (winner == null) {
                if (Thread.interrupted()) {
                    interrupted = true;
                    ChannelWait.endIfTold();
                }
                if (next < addresses.size() && (open.isEmpty() || ticker.nanos() - nextAt >= 0)) {
                    winner = begin(addresses.get(next++), opener.open());
                    nextAt = ticker.nanos() + moment;
                } else if (open.isEmpty()) {
                    throw failure == null ? ChannelWait.closed() : failure;
                } else {
                    winner = await(next < addresses.size() ? nextAt : deadline, deadline);
                }
            }
            silent(winner);
            open.remove(winner);
            return winner;
        } catch (ClosedSelectorException e) {
            throw ChannelWait.closed();
        } finally {
            end();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable SocketChannel begin(InetSocketAddress address, SocketChannel channel) throws IOException {
        open.add(channel);
        try {
            if (channel.connect(address)) {
                return channel;
            }
            channel.register(selector, SelectionKey.OP_CONNECT, address);
        } catch (IOException e) {
            met(channel, address, e);
        } catch (RuntimeException e) {
            SocketException unusable = new SocketException(String.valueOf(e.getMessage()));
            unusable.initCause(e);
            met(channel, address, unusable);
        }
        return null;
    }

    private @Nullable SocketChannel await(long nextAt, long deadline) throws IOException {
        long now = ticker.nanos();
        if (deadline - now <= 0) {
            SocketTimeoutException late = new SocketTimeoutException("Connect timed out");
            if (failure != null) {
                Causes.suppress(late, failure);
            }
            silent(null);
            throw late;
        }
        selector.select(ChannelWait.selectMillis(Math.min(nextAt - now, deadline - now)));
        SocketChannel winner = null;
        for (SelectionKey key : selector.selectedKeys()) {
            SocketChannel channel = (SocketChannel) key.channel();
            try {
                if (winner == null && channel.finishConnect()) {
                    winner = channel;
                }
            } catch (IOException e) {
                met(channel, (InetSocketAddress) key.attachment(), e);
            }
        }
        selector.selectedKeys().clear();
        return winner;
    }

    /** Those that have not answered until now; they began before the one that has. */
    private void silent(@Nullable SocketChannel winner) {
        for (SelectionKey key : selector.keys()) {
            if (key.channel() != winner && key.isValid()) {
                failed.accept((InetSocketAddress) key.attachment());
            }
        }
    }

    private void met(SocketChannel channel, InetSocketAddress address, IOException answer) throws IOException {
        if (answer instanceof ClosedChannelException) {
            throw ChannelWait.closed();
        }
        failed.accept(address);
        open.remove(channel);
        channel.close();
        if (failure == null) {
            failure = answer;
        } else {
            Causes.suppress(failure, answer);
        }
    }

    /** Closes all but the winner, which is out of the race. */
    private void end() throws IOException {
        // First the selector: a channel that is registered there cannot change its mode.
        selector.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
