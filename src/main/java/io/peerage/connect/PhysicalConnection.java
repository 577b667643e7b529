/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.Session;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;

/**
 * One connection to one peer, with the driver's objects on it and what is known of its freshness.
 *
 * <p>Used by one unit of work at a time; {@link #close} may come from any thread.
 */
public final class PhysicalConnection extends Link {

    private final XAConnection xaConnection;
    private final XAResource xaResource;
    private final Session session;
    private final Socketing socket;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Handed from one user of this connection to the next together with the connection. */
    private volatile long generation;

    private volatile long provenAtNanos;

    /** Takes over {@code xaConnection} and the count that was reserved at {@code peer} for it. */
    PhysicalConnection(
            Peer peer, long generation, XAConnection xaConnection, Connection connection, Socketing socket, long now)
            throws SQLException {
        super(peer);
        this.xaConnection = xaConnection;
        this.xaResource = xaConnection.getXAResource();
        this.session = new Session(connection);
        this.socket = socket;
        this.generation = generation;
        this.provenAtNanos = now;
    }

    /** Returns the session state and, through it, the driver's connection. */
    public Session session() {
        return session;
    }

    /** Returns the driver's XAResource of this connection. */
    public XAResource xaResource() {
        return xaResource;
    }

    /** Returns the peer's generation in which this connection was last known to be good. */
    public long generation() {
        return generation;
    }

    /** Returns when, by the group's ticker, the server was last known to answer on this connection. */
    long provenAtNanos() {
        return provenAtNanos;
    }

    /** Records that the server answered a ping on this connection. */
    void proven(long generation, long now) {
        this.generation = generation;
        this.provenAtNanos = now;
    }

    /** Records that a unit of work ended well on this connection. */
    void used(long now) {
        this.provenAtNanos = now;
    }

    /** Returns what the idle socket says. */
    Socketing.Peek peek() {
        return closed.get() ? Socketing.Peek.ENDED : socket.peek();
    }

    /** Returns whether {@link #close} has been called. */
    public boolean isClosed() {
        return closed.get();
    }

    /** Closes the connection to the server. Does nothing the second time; whatever the driver says is past caring. */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            peer().release();
            try {
                xaConnection.close();
            } catch (SQLException | RuntimeException e) {
                // A connection being thrown away has nobody left to tell; the socket is what must not leak.
                socket.close();
            }
        }
    }
}
