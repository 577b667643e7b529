/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The container's local transaction on the managed connection's own peer (Jakarta Connectors 2.1, "LocalTransaction
 * Interface"). It is the container that ends it, so no events are sent for it. Confined to the transaction's thread.
 */
public final class PeerLocalTransaction implements LocalTransaction {

    private final UnitOfWork unit;
    private final TransactionState state;
    private final LocalWork work;

    public PeerLocalTransaction(UnitOfWork unit, TransactionState state) {
        this.unit = unit;
        this.state = state;
        this.work = new LocalWork(unit);
    }

    @Override
    public void begin() throws LocalTransactionException {
        if (state.isManaged()) {
            throw new LocalTransactionException("a transaction is active on this connection already");
        }
        state.entered();
        try {
            unit.slot().begin().session().beginLocal();
        } catch (SQLException e) {
            throw failure("the local transaction could not begin", unit.failed(e));
        }
        state.started(null);
    }

    /**
     * Commits. Sends nothing if nothing ran in it. The transaction is over then, also if this fails.
     *
     * @throws LocalTransactionException if it was rolled back instead; or if the connection was lost while committing,
     *     or the server was leaving its cluster: the outcome is not known then
     */
    @Override
    public void commit() throws LocalTransactionException {
        require("commit");
        state.over();
        PhysicalConnection link = unit.slot().serving();
        if (link == null) {
            throw failure("the connection was lost before commit: the server has rolled the transaction back", null);
        }
        SQLException failure = work.commit(link).failure();
        if (failure != null) {
            throw failure("commit failed", failure);
        }
    }

    /**
     * Rolls back; on a lost connection the server has done so.
     *
     * @throws LocalTransactionException if the server lives and refuses: the transaction is active still
     */
    @Override
    public void rollback() throws LocalTransactionException {
        require("rollback");
        PhysicalConnection link = unit.slot().serving();
        if (state.mayGoOn(unit)) {
            unit.slot().revoke();
        } else if (link != null) {
            try {
                work.rollBack(link);
            } catch (SQLException e) {
                throw failure("rollback failed", e);
            }
        }
        state.over();
    }

    private void require(String verb) throws LocalTransactionException {
        if (!state.isLocal()) {
            throw failure(verb + " without a local transaction on this connection", null);
        }
    }

    private static LocalTransactionException failure(String what, @Nullable SQLException cause) {
        return new LocalTransactionException(cause == null ? what : what + ": " + cause.getMessage(), cause);
    }
}
