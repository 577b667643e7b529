/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A port where nobody answers a connect: its queue is full, so the kernel drops what knocks, as a black hole does. */
@SuppressWarnings("AddressSelection") // they are addresses in letters
public final class SilentPort implements AutoCloseable {

    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final List<SocketChannel> waiting = new ArrayList<>();

    /** @param port 0 = any that is free */
    public SilentPort(String address, int port) throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getByName(address), port), 1);
        for (int i = 0; i < 4; i++) {
            SocketChannel one = SocketChannel.open();
            one.configureBlocking(false);
            waiting.add(one);
            boolean done = one.connect(server.getLocalAddress());
            assert done || one.isConnectionPending();
        }
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel one : waiting) {
            one.close();
        }
        server.close();
    }
}
