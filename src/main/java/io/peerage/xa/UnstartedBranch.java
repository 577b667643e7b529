/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A branch that could not be started, for the connection was lost. Payara and GlassFish keep it all the same: {@code
 * UserTransaction.begin()} enlists again what a failed unit of work left behind in the same request, only logs that it
 * fails, and completes it with the rest.
 *
 * <p>Nothing ever ran in it, so completing it does nothing, and succeeds. To the transaction manager it is a resource,
 * though, and with a second one it needs two phases. So another connection may join the branch, and all of it is there
 * from then on: that is one resource again. Where another one of ours takes part already, the lost one says that it is
 * the same: it fails to join, and there is no such branch.
 *
 * <p>Confined to one thread at a time, as transaction managers do.
 */
final class UnstartedBranch {

    /** What may have such a branch. */
    interface Holder {

        /** Returns where the branch is kept that could not be started here. */
        UnstartedBranch unstarted();
    }

    /** Null while there is none. */
    private @Nullable BranchXid xid;
    /** Where the branch is, or null if it is nowhere. */
    private @Nullable TransactionResource joined;

    /** Returns the branch of {@code resource} that another may join, or null if it has none. */
    static @Nullable UnstartedBranch free(XAResource resource) {
        if (!(resource instanceof Holder holder)) {
            return null;
        }
        UnstartedBranch branch = holder.unstarted();
        return branch.exists() && branch.joined == null ? branch : null;
    }

    /** Returns whether this is {@code other} and may be joined, still. */
    boolean isFree(Xid other) {
        return is(other) && joined == null;
    }

    boolean exists() {
        return xid != null;
    }

    boolean is(Xid other) {
        return xid != null && xid.equals(BranchXid.of(other));
    }

    /** There is one from now on, until it is completed or forgotten. */
    void keep(Xid failed) {
        xid = BranchXid.of(failed);
        joined = null;
    }

    void forget() {
        xid = null;
        joined = null;
    }

    /** All of the branch is on {@code other} from now on. */
    void joinedBy(TransactionResource other) {
        joined = other;
    }

    int prepare(Xid completed) throws XAException {
        try {
            return joined == null ? XAResource.XA_RDONLY : joined.prepare(completed);
        } finally {
            forgetIfCompleted();
        }
    }

    void commit(Xid completed, boolean onePhase) throws XAException {
        try {
            if (joined != null) {
                joined.commit(completed, onePhase);
            }
        } finally {
            forgetIfCompleted();
        }
    }

    void rollback(Xid completed) throws XAException {
        try {
            if (joined != null) {
                joined.rollback(completed);
            }
        } finally {
            forgetIfCompleted();
        }
    }

    /** Also where that has failed, it is for the one that joined to say whether there is anything left to complete. */
    private void forgetIfCompleted() {
        if (joined == null || !joined.isPending()) {
            forget();
        }
    }
}
