/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import io.peerage.peer.Causes;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the server's own that the container demarcates: how it begins and ends on the connection that was
 * dealt, whichever interface the container uses for it. Confined to the transaction's thread.
 */
record LocalWork(UnitOfWork unit) {

    /** What became of a commit. */
    enum Outcome {
        COMMITTED,
        /** The server refused, and has rolled back. */
        ROLLED_BACK,
        /** The connection was lost, or the server was leaving its cluster: it has committed or rolled back. */
        IN_DOUBT
    }

    /** @param failure why it is not committed, null if it is */
    record Commit(Outcome outcome, @Nullable SQLException failure) {
        String reason() {
            return failure == null ? "" : String.valueOf(failure.getMessage());
        }
    }

    /**
     * Commits, or makes sure that nothing stays open on a connection that lives: a server that refused to commit has
     * rolled back (Galera's certification, 1213), and is told so once more.
     */
    Commit commit(PhysicalConnection link) {
        try {
            link.session().endLocal(true);
            return new Commit(Outcome.COMMITTED, null);
        } catch (SQLException e) {
            SQLException failure = unit.failed(e);
            boolean lost = unit.slot().serving() != link;
            if (!lost) {
                rollBackRefused(link, failure);
            }
            return new Commit(lost || XaFailure.leavesOpen(e) ? Outcome.IN_DOUBT : Outcome.ROLLED_BACK, failure);
        }
    }

    private void rollBackRefused(PhysicalConnection link, SQLException because) {
        try {
            link.session().endLocal(false);
        } catch (SQLException e) {
            unit.failed(e);
            Causes.suppress(because, e);
            if (unit.slot().serving() == link) {
                // Neither committed nor rolled back: the end of the connection is what is left.
                unit.slot().revoke();
            }
        }
    }

    /**
     * Rolls back; a lost connection needs no word for that.
     *
     * @throws SQLException if the server lives and refuses: the transaction is open still
     */
    void rollBack(PhysicalConnection link) throws SQLException {
        try {
            link.session().endLocal(false);
        } catch (SQLException e) {
            SQLException failure = unit.failed(e);
            if (unit.slot().serving() == link) {
                throw failure;
            }
        }
    }
}
