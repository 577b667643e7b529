/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands the socket that a socket factory opened, deep inside a driver, to the adapter that asked the driver to connect.
 * Drivers make their socket factories themselves from a class name, so the two can only meet on the thread: a driver
 * connects on the thread that called it.
 *
 * <p>Confined to the connecting thread, between {@link #begin} and {@link #end}.
 */
public final class SocketCapture {

    private static final ThreadLocal<SocketCapture> CURRENT = new ThreadLocal<>();

    /** Seconds, seconds and a count. By name: servers such as WildFly hide the package {@code jdk.net} from adapters. */
    private static final Map<String, Integer> KEEP_ALIVE =
            Map.of("TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 3);

    private final HostAddresses addresses;
    private @Nullable ChannelSocket socket;

    private SocketCapture(HostAddresses addresses) {
        this.addresses = addresses;
    }

    /** Begins a connect on this thread, to a name that has {@code addresses}. */
    public static SocketCapture begin(HostAddresses addresses) {
        SocketCapture capture = new SocketCapture(addresses);
        CURRENT.set(capture);
        return capture;
    }

    /** Ends the connect on this thread. */
    public static void end() {
        CURRENT.remove();
    }

    /**
     * Opens the socket that a driver asked a factory of ours for, and remembers it.
     *
     * @param otherwise the addresses that count where a driver connects on its own and nobody has begun, as to cancel a
     *     statement; null: the one that it names
     * @throws IOException if no socket can be opened
     */
    static Socket open(@Nullable HostAddresses otherwise) throws IOException {
        SocketCapture capture = CURRENT.get();
        // A factory that a driver makes is handed no clock.
        ChannelSocket opened = ChannelSocket.open(Ticker.system(), capture == null ? otherwise : capture.addresses);
        try {
            keepAlive(opened);
        } catch (IOException | RuntimeException | Error e) {
            opened.close();
            throw e;
        }
        if (capture != null) {
            // A driver that tries several addresses opens a socket for each; the last one is the one it kept.
            capture.socket = opened;
        }
        return opened;
    }

    /** Has the kernel end a connection whose host vanished without a word, within about a minute. */
    private static void keepAlive(Socket socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (SocketOption<?> known : socket.supportedOptions()) {
            Integer wanted = KEEP_ALIVE.get(known.name());
            if (wanted != null && known.type() == Integer.class) {
                @SuppressWarnings("unchecked") // just asked
                SocketOption<Integer> option = (SocketOption<Integer>) known;
                socket.setOption(option, wanted);
            }
        }
    }

    /** Has the address that was connected to tried after others of the same name for a while: its server is no use now. */
    public void avoid() {
        ChannelSocket opened = socket;
        if (opened != null && opened.getInetAddress() != null) {
            addresses.failed(new InetSocketAddress(opened.getInetAddress(), opened.getPort()));
        }
    }

    /** Returns this side's port of the connection just made; 0 = not known. */
    public int localPort() {
        return socket == null ? 0 : Math.max(0, socket.getLocalPort());
    }

    /** Returns the socket of the connection just made. */
    public LinkSocket linkSocket() {
        ChannelSocket opened = socket;
        return opened != null && opened.isConnected() ? new LinkSocket(opened) : LinkSocket.NONE;
    }
}
