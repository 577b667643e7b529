/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ReachedServer;
import java.sql.SQLException;
import java.util.Set;
import javax.transaction.xa.XAException;

/**
 * A short-lived connection to one peer, for the branches prepared there. Each method throws an SQLException if the
 * connection is lost, and an XAException for what the server answers. Confined to one thread.
 */
interface Branches extends AutoCloseable {

    /** Opens such connections. Thread-safe. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens a connection to {@code peer}, whatever its role.
         *
         * @throws SQLException if the peer cannot be connected to
         */
        Branches open(Peer peer, Credentials credentials) throws SQLException;
    }

    /** What is known of a session that was lost from here. */
    enum Fate {
        /** It is certainly gone. */
        GONE,
        /** It was still there, and has been told to end: ask again soon. */
        ENDING,
        /** It may be the one that has its number now, or not, so nothing was done to that. */
        UNCERTAIN
    }

    /** Returns which server this connection leads to; costs nothing. */
    ReachedServer reached();

    /** Has the next connection to the peer try its other addresses first, where its name has several. */
    void avoidAddress();

    /** Returns the branches that are prepared, also those a living session still has in hand. */
    Set<BranchXid> prepared() throws SQLException, XAException;

    /** Returns whether the server takes no writes, as a replica does, which shows its origin's branches as well. */
    boolean isReadOnly() throws SQLException;

    /**
     * Completes a prepared branch.
     *
     * @throws XAException XAER_NOTA also for a branch that another session has in hand
     */
    void complete(BranchXid xid, Decision.Verb verb) throws SQLException, XAException;

    /**
     * Ends a session that was lost from here and may not know it yet: its branches, and words on their way to it, are
     * in its hand until it has ended. To be asked on the server of the session only; none is ended that may be a
     * stranger's.
     */
    Fate end(LostSession session) throws SQLException;

    @Override
    void close();
}
