/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.sql.SQLException;

/**
 * The container's local transaction on the managed connection's own peer (Jakarta Connectors 2.1, "LocalTransaction
 * Interface"). It is the container that ends it, so no events are sent for it.
 *
 * <p>Confined to the transaction's thread; {@link #isActive} may be read from any.
 */
public final class PeerLocalTransaction implements LocalTransaction {

    private final UnitOfWork unit;
    private final TransactionThread thread = new TransactionThread();
    private volatile boolean active;

    public PeerLocalTransaction(UnitOfWork unit) {
        this.unit = unit;
    }

    /** Returns whether a transaction has begun and not ended. */
    public boolean isActive() {
        return active;
    }

    @Override
    public void begin() throws LocalTransactionException {
        if (active) {
            throw new LocalTransactionException("a local transaction is active on this connection already");
        }
        thread.begins();
        try {
            unit.begin().session().beginLocal();
        } catch (SQLException e) {
            throw failure("the local transaction could not begin", e);
        }
        // Only now: one that failed to begin must not count as active for ever.
        active = true;
    }

    @Override
    public void commit() throws LocalTransactionException {
        require("commit");
        active = false;
        PhysicalConnection link = unit.serving();
        if (link == null) {
            throw new LocalTransactionException(
                    "the connection was lost before commit: the server has rolled the transaction back");
        }
        end(link, true);
    }

    /** Rolls back; on a lost connection the server has done so. */
    @Override
    public void rollback() throws LocalTransactionException {
        require("rollback");
        active = false;
        PhysicalConnection link = unit.serving();
        if (thread.mayGoOn(unit)) {
            unit.revoke();
        } else if (link != null) {
            end(link, false);
        }
    }

    /** Forgets a transaction that was left open when the connection was given back. */
    public void abandon() {
        active = false;
    }

    private void end(PhysicalConnection link, boolean commit) throws LocalTransactionException {
        try {
            link.session().endLocal(commit);
        } catch (SQLException e) {
            throw failure(commit ? "commit failed" : "rollback failed", e);
        }
    }

    private void require(String verb) throws LocalTransactionException {
        if (!active) {
            throw new LocalTransactionException(verb + " without a local transaction on this connection");
        }
    }

    private LocalTransactionException failure(String what, SQLException cause) {
        SQLException sorted = unit.failed(cause);
        return new LocalTransactionException(what + ": " + sorted.getMessage(), sorted);
    }
}
