/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a socket over a channel has in common with the channel's own view as a socket: addresses and options. That view
 * refuses to read and write in non-blocking mode, and no more. Thread-safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // nothing here takes two steps that belong together
abstract class ChannelOptions extends Socket {

    /** Both are replaced at most once, before the channel is connected. */
    private volatile SocketChannel channel;

    private volatile Socket view;
    private volatile int readTimeoutMillis;
    /** Stays true after the end, as with any socket. */
    private volatile boolean connected;

    /** As {@link #connected}. */
    private volatile boolean bound;

    ChannelOptions(SocketChannel channel) throws SocketException {
        super((SocketImpl) null);
        this.channel = channel;
        this.view = channel.socket();
    }

    final SocketChannel channel() {
        return channel;
    }

    /** Goes on with {@code other}, to which options and local address have been {@linkplain #copyTo copied}. */
    final void become(SocketChannel other) {
        channel = other;
        view = other.socket();
    }

    /** Gives {@code other} what was set on this socket before it was connected. */
    final void copyTo(SocketChannel other) throws IOException {
        for (SocketOption<?> option : channel.supportedOptions()) {
            copy(option, other);
        }
        if (bound && channel.getLocalAddress() instanceof InetSocketAddress local) {
            // Any port of that address: several sockets cannot have the same one.
            other.bind(new InetSocketAddress(local.getAddress(), 0));
        }
    }

    private <T> void copy(SocketOption<T> option, SocketChannel other) throws IOException {
        T value;
        try {
            value = channel.getOption(option);
            if (value == null || value.equals(other.getOption(option))) {
                return;
            }
        } catch (UnsupportedOperationException | IOException e) {
            // Some are known by name, and not to this system.
            return;
        }
        other.setOption(option, value);
    }

    /** Records that the channel is connected. */
    final void connected() {
        bound = true;
        connected = true;
    }

    /** Returns how long a read that begins now may wait, milliseconds; 0 = for ever. */
    final int readTimeoutMillis() {
        return readTimeoutMillis;
    }

    private void checkOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    private void checkConnected() throws SocketException {
        checkOpen();
        if (!connected) {
            throw new SocketException("Socket is not connected");
        }
    }

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        checkOpen();
        if (bound) {
            throw new SocketException("Already bound");
        }
        if (local != null && !(local instanceof InetSocketAddress)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        view.bind(local);
        bound = true;
    }

    /** Returns null, as a socket does that was not made by a channel: what is done on the channel belongs to us. */
    @Override
    public @Nullable SocketChannel getChannel() {
        return null;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return view.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return view.getLocalAddress();
    }

    @Override
    public int getPort() {
        return view.getPort();
    }

    @Override
    public int getLocalPort() {
        return view.getLocalPort();
    }

    @Override
    public boolean isBound() {
        return bound;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return view.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return view.isOutputShutdown();
    }

    @Override
    public void shutdownInput() throws IOException {
        checkConnected();
        if (isInputShutdown()) {
            throw new SocketException("Socket input is already shutdown");
        }
        view.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        checkConnected();
        if (isOutputShutdown()) {
            throw new SocketException("Socket output is already shutdown");
        }
        view.shutdownOutput();
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        checkConnected();
        view.sendUrgentData(data);
    }

    /** Milliseconds; read by each read when it begins to wait. */
    @Override
    public void setSoTimeout(int millis) throws SocketException {
        checkOpen();
        if (millis < 0) {
            throw new IllegalArgumentException("timeout can't be negative");
        }
        readTimeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        checkOpen();
        return readTimeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        view.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return view.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        if (on && seconds < 0) {
            throw new IllegalArgumentException("invalid value for SO_LINGER");
        }
        view.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return view.getSoLinger();
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        view.setOOBInline(on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return view.getOOBInline();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        view.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return view.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        view.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return view.getReceiveBufferSize();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        view.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return view.getKeepAlive();
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        view.setTrafficClass(trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return view.getTrafficClass();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        view.setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return view.getReuseAddress();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        checkOpen();
        view.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        checkOpen();
        return view.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return view.supportedOptions();
    }
}
