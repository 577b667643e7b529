/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The managed connection, as the handles on it see it. Thread-safe: handles of one connection may be used by several
 * threads.
 */
public interface Owner {

    /**
     * Returns the session of the physical connection that serves this unit of work.
     *
     * @throws SQLException with SQLState 08003 if that was lost
     */
    Session session() throws SQLException;

    /**
     * The one funnel: every SQLException that a driver throws below a handle passes here exactly once. Sorts it,
     * records it against connection and peer, tells the container if the connection is lost.
     *
     * @param session the physical connection it came from; not {@link #session()} any more if a call that hung returns
     *     after its connection was taken away
     * @param byApplication whether the driver made it of an exception of the application's own code, such as a stream
     *     that was set as a parameter: the connection may be lost with it, but nothing is said of the peer
     * @return what the application gets to see, usually {@code failure} itself
     */
    SQLException failed(SQLException failure, Session session, boolean byApplication);

    /**
     * Tells that the driver left a call by an exception that is no SQLException: what it had said to the server by
     * then, nobody knows. The connection is good for this unit of work at most.
     */
    default void spoiled(Session session) {}

    /** Ends the connection of {@code session} under whatever waits on it, at once. */
    default void sever(Session session) {}

    /** Returns the URL of {@code session}'s database as its deployer wrote it; null to have the driver tell its own. */
    default @Nullable String url(Session session) {
        return null;
    }

    /** Returns whether the container demarcates the transaction now (JTA, or the connector's local transaction). */
    boolean inManagedTransaction();

    /**
     * Tells that the application closed {@code handle}; called once, after its statements are closed. Not called for a
     * handle that was invalidated or abandoned before.
     */
    void closed(Connection handle);
}
