/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * The socket below a physical connection, if it could be had: tells without asking the server whether the server has
 * ended the connection.
 *
 * <p>The servers Peerage is made for never speak first. So an idle socket that can be read, or is at its end, belongs
 * to a connection the server has given up: after a crash, a restart, a kill, an idle timeout. A look is one system
 * call, of less than a microsecond, where a ping costs a round trip and a statement on the server.
 *
 * <p>Confined to the connection's user, but for {@link #close} and {@link #limitReads}.
 */
public final class LinkSocket {

    /** What an idle socket says. */
    public enum Peek {
        /** Nothing: the server has not ended the connection. */
        QUIET,
        /** The server has ended the connection, and nothing can have run since. */
        ENDED,
        /** There is no socket to look at. */
        UNKNOWN
    }

    /** There is no socket to look at. */
    public static final LinkSocket NONE = new LinkSocket(null);

    private final @Nullable ChannelSocket socket;

    /** Never holds anything of use. One for all looks, and outside the heap: a look allocates and copies nothing. */
    private final ByteBuffer glance = ByteBuffer.allocateDirect(1);

    LinkSocket(@Nullable ChannelSocket socket) {
        this.socket = socket;
    }

    /** Returns whether there is a socket to look at. */
    public boolean isKnown() {
        return socket != null;
    }

    /** Looks at the socket, which is idle. */
    public Peek peek() {
        if (socket == null) {
            return Peek.UNKNOWN;
        }
        try {
            return socket.readNow(glance.clear()) == 0 ? Peek.QUIET : Peek.ENDED;
        } catch (IOException | NotYetConnectedException e) {
            return Peek.ENDED;
        }
    }

    /** Lets whoever reads from the socket from now on wait no longer than this for each byte. */
    public void limitReads(int millis) {
        if (socket != null) {
            try {
                socket.setSoTimeout(millis);
            } catch (IOException e) {
                // closed, so that nobody waits on it
                assert socket.isClosed();
            }
        }
    }

    /** Ends the connection at once, also under a thread that waits on it. */
    public void close() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // closed either way
                assert socket.isClosed();
            }
        }
    }
}
