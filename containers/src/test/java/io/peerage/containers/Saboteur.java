/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import java.util.concurrent.atomic.AtomicReference;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in a transaction only to do something when it is asked to prepare: enlisted last, that is after the others
 * have prepared and before the first is told to commit. It votes read-only, so it leaves no trace in the log.
 *
 * @param inDoubt what to do there
 * @param seen the branch it was given, as the transaction manager makes them
 */
record Saboteur(Runnable inDoubt, AtomicReference<@Nullable Xid> seen) implements XAResource {

    Saboteur(Runnable inDoubt) {
        this(inDoubt, new AtomicReference<>());
    }

    @Override
    public void start(Xid xid, int flags) {
        seen.set(xid);
    }

    @Override
    public void end(Xid xid, int flags) {
        // nothing ran
    }

    @Override
    public int prepare(Xid xid) {
        inDoubt.run();
        return XA_RDONLY;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) {
        // nothing to commit
    }

    @Override
    public void rollback(Xid xid) {
        // nothing to undo
    }

    @Override
    public void forget(Xid xid) {
        // nothing to forget
    }

    @Override
    public Xid[] recover(int flags) {
        return new Xid[0];
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return this == other;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
