/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * What a new connection must pass before its peer counts as able to serve: not only that it answers, but that it has
 * the role. A Galera node without a quorum lets users in, answers {@code SELECT 1}, and refuses every table.
 */
@FunctionalInterface
public interface Readiness {

    /** What a check returns that learned nothing but that the peer can serve. */
    Found NOTHING = new Found(0, null, null, 0);

    /**
     * What is known of a peer that can serve, and of the session that asked. Immutable.
     *
     * @param session the server's number for the session, which a check that reads the server's variables gets for
     *     nothing; 0 = not known
     * @param lastResort why the peer should serve only while no other can, or null
     * @param server which server it is, where the check learned that
     * @param idleMillis after how long without use the server ends the session, as the number; 0 = never, or not known
     */
    record Found(
            long session,
            @Nullable SQLException lastResort,
            @Nullable ServerId server,
            long idleMillis) {}

    /**
     * Returns if the peer behind {@code connection} can serve.
     *
     * @throws SQLException if it cannot, and why
     */
    Found check(Connection connection) throws SQLException;

    /**
     * Returns this check, with {@code identity} asked for the server and the session where the check itself did not
     * learn them.
     */
    default Readiness andIdentity(Readiness identity) {
        return connection -> {
            Found found = check(connection);
            if (found.server() != null) {
                return found;
            }
            try {
                Found more = identity.check(connection);
                return new Found(more.session, found.lastResort, more.server, found.idleMillis);
            } catch (SQLException e) {
                // What does not know the question cannot be told from others; if the connection broke, its next use
                // says so.
                return found;
            }
        };
    }

    /** Returns the failure of a peer that lives but cannot serve, of the kind that takes a peer out. */
    static SQLException notReady(String why) {
        return new SQLNonTransientConnectionException("not ready: " + why, "08001");
    }

    /** Returns the reason of a peer that could serve and had better not. */
    static SQLException lastResort(String why) {
        return new SQLTransientConnectionException("only as the last resort: " + why, "08001");
    }
}
