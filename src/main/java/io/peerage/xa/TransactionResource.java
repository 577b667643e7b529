/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import javax.transaction.xa.XAResource;

/**
 * The one stable XAResource of a managed connection, which works on whatever physical connection serves the unit of
 * work (Jakarta Connectors 2.1, "XAResource-based Transaction Contract").
 *
 * <p>Confined to one thread at a time, as transaction managers do; {@link #isActive} may be read from any.
 */
public interface TransactionResource extends XAResource {

    /** Returns whether a branch has started and neither been prepared nor completed. */
    boolean isActive();

    /** Returns whether a branch has started and not been completed, wherever it stands. */
    boolean isPending();

    /** Returns whether {@code resource} is one of these that takes part in a transaction, be it with a branch never begun. */
    static boolean takesPart(XAResource resource) {
        return resource instanceof TransactionResource ours && ours.isPending();
    }

    /** Only of itself: a branch that has begun cannot be joined on another connection, let alone on another peer. */
    @Override
    default boolean isSameRM(XAResource other) {
        return this == other;
    }

    /** Returns 0: the time-out is the transaction manager's. */
    @Override
    default int getTransactionTimeout() {
        return 0;
    }

    /** Returns false: MySQL and MariaDB have no time-out for a branch. */
    @Override
    default boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
