/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Hands the channel that a socket factory opened, deep inside a driver, to the adapter that asked the driver to connect.
 * Drivers make their socket factories themselves from a class name, so the two can only meet on the thread: a driver
 * connects on the thread that called it.
 *
 * <p>Confined to the connecting thread, between {@link #begin} and {@link #end}.
 */
final class SocketCapture {

    private static final ThreadLocal<SocketCapture> CURRENT = new ThreadLocal<>();

    private @Nullable SocketChannel channel;

    /** Begins a connect on this thread. */
    static SocketCapture begin() {
        SocketCapture capture = new SocketCapture();
        CURRENT.set(capture);
        return capture;
    }

    /** Ends the connect on this thread. */
    static void end() {
        CURRENT.remove();
    }

    /**
     * Opens the socket that a driver asked a factory of ours for, and remembers its channel.
     *
     * @throws IOException if no socket can be opened
     */
    static Socket open() throws IOException {
        SocketChannel opened = SocketChannel.open();
        SocketCapture capture = CURRENT.get();
        if (capture != null) {
            // A driver that tries several addresses opens a socket for each; the last one is the one it kept.
            capture.channel = opened;
        }
        return opened.socket();
    }

    /** Returns the socket of the connection just made. */
    Socketing socketing() {
        SocketChannel opened = channel;
        return new Socketing(opened != null && opened.isConnected() ? opened : null);
    }
}
