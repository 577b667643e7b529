/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A channel in non-blocking mode, as what the JDK's {@link java.net.Socket} is made over: that class checks what it is
 * asked, and knows whether it is bound, connected and closed. Thread-safe.
 */
final class ChannelSocketImpl extends SocketImpl implements Closeable {

    /** The options that a channel has by name, by the numbers that a socket gives them. */
    private static final Map<Integer, SocketOption<?>> BY_NUMBER = Map.of(
            TCP_NODELAY, StandardSocketOptions.TCP_NODELAY,
            SO_LINGER, StandardSocketOptions.SO_LINGER,
            SO_KEEPALIVE, StandardSocketOptions.SO_KEEPALIVE,
            SO_SNDBUF, StandardSocketOptions.SO_SNDBUF,
            SO_RCVBUF, StandardSocketOptions.SO_RCVBUF,
            SO_REUSEADDR, StandardSocketOptions.SO_REUSEADDR,
            IP_TOS, StandardSocketOptions.IP_TOS);

    private final Ticker ticker;
    /** Where to find the addresses of a name; null: nowhere but at the one that was told. */
    private final @Nullable HostAddresses addresses;

    private final Object replacing = new Object();
    /** Replaced at most once, when it is connected. Writes guarded by {@link #replacing}. */
    private volatile SocketChannel channel;
    /** Null until it is connected. Writes guarded by {@link #replacing}. */
    private volatile @Nullable ChannelStreams streams;
    /** Writes guarded by {@link #replacing}. */
    private volatile boolean closed;
    /** Guarded by {@link #replacing}. */
    private @Nullable AddressRace race;

    /** 0 = for ever. */
    private volatile int readTimeoutMillis;

    ChannelSocketImpl(Ticker ticker, @Nullable HostAddresses addresses) throws IOException {
        this.ticker = ticker;
        this.addresses = addresses;
        this.channel = open();
    }

    private static SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            return channel;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    SocketChannel channel() {
        return channel;
    }

    boolean looksUp() {
        return addresses != null;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    protected void create(boolean stream) {
        // It is there from the beginning.
    }

    @Override
    protected void bind(InetAddress host, int wanted) throws IOException {
        channel.bind(new InetSocketAddress(host, wanted));
        localport = local().getPort();
    }

    private InetSocketAddress local() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    protected void connect(String host, int to) throws IOException {
        connect(new InetSocketAddress(host, to), 0);
    }

    @Override
    protected void connect(InetAddress host, int to) throws IOException {
        connect(new InetSocketAddress(host, to), 0);
    }

    /** It is closed after any failure. */
    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        try {
            connectToFirst((InetSocketAddress) remote, ChannelWait.deadline(ticker, millis));
        } catch (IOException e) {
            close();
            throw ChannelStreams.translated(e, channel);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void connectToFirst(InetSocketAddress remote, long deadline) throws IOException {
        HostAddresses known = addresses;
        if (known == null && remote.isUnresolved()) {
            throw new UnknownHostException(remote.getHostString());
        }
        List<InetSocketAddress> all =
                known == null ? List.of(remote) : known.of(remote.getHostString(), remote.getPort());
        try (AddressRace running = new AddressRace(ticker, known == null ? failed -> {} : known::failed)) {
            synchronized (replacing) {
                if (closed) {
                    throw ChannelWait.closed();
                }
                race = running;
            }
            become(running.run(all, all.size() == 1 ? this::channel : this::alike, deadline));
        } finally {
            synchronized (replacing) {
                race = null;
            }
        }
        InetSocketAddress reached = (InetSocketAddress) channel.getRemoteAddress();
        address = reached.getAddress();
        port = reached.getPort();
        localport = local().getPort();
    }

    /** Returns another channel, with what was set on this socket. */
    private SocketChannel alike() throws IOException {
        SocketChannel other = open();
        try {
            for (SocketOption<?> option : channel.supportedOptions()) {
                copy(option, other);
            }
            if (channel.getLocalAddress() != null) {
                // Any port of that address: several sockets cannot have the same one.
                other.bind(new InetSocketAddress(local().getAddress(), 0));
            }
            return other;
        } catch (IOException | RuntimeException | Error e) {
            other.close();
            throw e;
        }
    }

    private <T> void copy(SocketOption<T> option, SocketChannel other) throws IOException {
        T value;
        try {
            value = channel.getOption(option);
            // What is set, be it to what it is, no longer adapts itself: the size of a buffer.
            if (value == null || value.equals(other.getOption(option))) {
                return;
            }
        } catch (UnsupportedOperationException | IOException e) {
            // Some are known by name, and not to this system.
            return;
        }
        other.setOption(option, value);
    }

    private void become(SocketChannel connected) throws IOException {
        SocketChannel before = channel;
        synchronized (replacing) {
            if (closed) {
                connected.close();
                throw ChannelWait.closed();
            }
            channel = connected;
            streams = new ChannelStreams(connected, ticker, () -> readTimeoutMillis);
        }
        if (before != connected) {
            before.close();
        }
    }

    @Override
    protected void listen(int backlog) {
        throw new UnsupportedOperationException("it is a client's socket");
    }

    @Override
    protected void accept(SocketImpl other) {
        throw new UnsupportedOperationException("it is a client's socket");
    }

    private ChannelStreams requireConnected() throws SocketException {
        ChannelStreams connected = streams;
        if (connected == null || closed) {
            throw closed ? ChannelWait.closed() : new SocketException("Socket is not connected");
        }
        return connected;
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        return requireConnected().input;
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return requireConnected().output;
    }

    @Override
    protected int available() throws IOException {
        return requireConnected().input.available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        requireConnected();
        channel.socket().sendUrgentData(data);
    }

    @Override
    public void setOption(int number, Object value) throws SocketException {
        try {
            switch (number) {
                case SO_TIMEOUT -> readTimeoutMillis = (Integer) value;
                case SO_OOBINLINE -> channel.socket().setOOBInline((Boolean) value);
                // A socket says false where a channel has a negative number.
                case SO_LINGER ->
                    channel.setOption(StandardSocketOptions.SO_LINGER, value instanceof Integer on ? on : -1);
                default -> set(byNumber(number), value);
            }
        } catch (IOException e) {
            throw ChannelStreams.asSockets(e, channel);
        }
    }

    private <T> void set(SocketOption<T> option, Object value) throws IOException {
        channel.setOption(option, option.type().cast(value));
    }

    @Override
    public Object getOption(int number) throws SocketException {
        try {
            return switch (number) {
                case SO_TIMEOUT -> readTimeoutMillis;
                case SO_OOBINLINE -> channel.socket().getOOBInline();
                case SO_BINDADDR -> local().getAddress();
                default -> channel.getOption(byNumber(number));
            };
        } catch (IOException e) {
            throw ChannelStreams.asSockets(e, channel);
        }
    }

    private static SocketOption<?> byNumber(int number) throws SocketException {
        SocketOption<?> option = BY_NUMBER.get(number);
        if (option == null) {
            throw new SocketException("no such option: " + number);
        }
        return option;
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    /** Ends whatever waits, at once. Does nothing the second time. */
    @Override
    public void close() throws IOException {
        AddressRace running;
        ChannelStreams connected;
        synchronized (replacing) {
            closed = true;
            running = race;
            connected = streams;
        }
        try (running;
                connected;
                SocketChannel last = channel) {
            // The channel first, so that a wait that ends finds it closed; all of them, whatever one says.
            assert last != null;
        }
    }
}
