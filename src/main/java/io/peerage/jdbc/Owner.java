/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;

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
     * @return what the application gets to see, usually {@code failure} itself
     */
    SQLException failed(SQLException failure, Session session);

    /** Returns whether the container demarcates the transaction now (JTA, or the connector's local transaction). */
    boolean inManagedTransaction();

    /**
     * Tells that the application closed {@code handle}; called once, after its statements are closed. Not called for a
     * handle that was invalidated or abandoned before.
     */
    void closed(ConnectionHandle handle);
}
