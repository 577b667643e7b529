/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import io.peerage.peer.Causes;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Global transactions as local ones of the peer that was dealt, for peers that cannot do XA ({@code
 * TwoPhaseCommit=false}): a transaction in which this is the only resource is committed in one phase; one that needs
 * two is refused. Nothing is ever prepared, so there is nothing to recover.
 */
public final class OnePhaseXaResource implements TransactionResource, UnstartedBranch.Holder {

    private static final Xid[] NOTHING = {};

    private enum Phase {
        NONE,
        /** Statements run in the transaction. */
        ACTIVE,
        /** Ended or suspended for the transaction manager, still open for the server. */
        ENDED
    }

    private final UnitOfWork unit;
    private final TransactionThread thread = new TransactionThread();
    private final UnstartedBranch unstarted = new UnstartedBranch();
    private Phase phase = Phase.NONE;
    private @Nullable BranchXid own;
    /** What {@link #isSameRM} said yes to last: the next call may join it. */
    private @Nullable UnstartedBranch free;

    private volatile boolean active;

    public OnePhaseXaResource(UnitOfWork unit) {
        this.unit = unit;
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public boolean isPending() {
        return phase != Phase.NONE || unstarted.exists();
    }

    @Override
    public UnstartedBranch unstarted() {
        return unstarted;
    }

    /**
     * Of itself; and of one whose branch could not be started, by which that branch may be joined here; and, once the
     * connection is lost, of another that takes part, which cannot be joined here. Else a transaction in which only one
     * connection works would need two phases, and be refused.
     */
    @Override
    public boolean isSameRM(XAResource other) {
        if (this == other) {
            return true;
        }
        free = null;
        if (isPending()) {
            return false;
        }
        if (unit.isLost()) {
            return TransactionResource.takesPart(other);
        }
        free = UnstartedBranch.free(other);
        return free != null;
    }

    /**
     * Begins a local transaction, or goes on with the one ended last (TMJOIN, TMRESUME); or begins that of a branch which
     * could not be started elsewhere (TMJOIN, after {@link #isSameRM}). Sends nothing by itself.
     *
     * @throws XAException as {@link PeerXaResource#start}
     */
    @Override
    public void start(Xid xid, int flags) throws XAException {
        thread.begins();
        try {
            beginOrGoOn(xid, flags);
            unit.joined(null);
        } catch (XAException e) {
            unit.joined(e);
            throw e;
        }
    }

    private void beginOrGoOn(Xid xid, int flags) throws XAException {
        UnstartedBranch joined = free;
        free = null;
        if (flags == TMNOFLAGS && phase == Phase.NONE) {
            beginOrKeep(xid);
        } else if (flags == TMJOIN && !isPending() && joined != null && joined.isFree(xid)) {
            begin(xid);
            joined.joinedBy(this);
        } else if (flags != TMNOFLAGS && phase == Phase.ENDED && isOwn(xid)) {
            phase = Phase.ACTIVE;
        } else if (phase == Phase.NONE && unit.isLost()) {
            throw XaFailure.of(XAException.XAER_RMFAIL, "START", xid, "no connection: it was lost", null);
        } else {
            throw XaFailure.of(XAException.XAER_PROTO, "START", xid, "not possible on this connection now", null);
        }
    }

    private void beginOrKeep(Xid xid) throws XAException {
        unstarted.forget();
        try {
            begin(xid);
        } catch (XAException e) {
            if (unit.isLost()) {
                unstarted.keep(xid);
            }
            throw e;
        }
    }

    private void begin(Xid xid) throws XAException {
        PhysicalConnection link;
        try {
            link = unit.begin();
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, "START", xid, "no connection: " + e.getMessage(), e);
        }
        try {
            link.session().beginLocal();
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_OUTSIDE, "START", xid, String.valueOf(e.getMessage()), e);
        }
        own = BranchXid.of(xid);
        phase = Phase.ACTIVE;
        active = true;
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        if (unstarted.is(xid)) {
            return;
        }
        if (phase == Phase.NONE || !isOwn(xid)) {
            throw XaFailure.of(XAException.XAER_PROTO, "END", xid, "not active on this connection", null);
        }
        phase = Phase.ENDED;
    }

    /**
     * Votes read-only if nothing has run in the transaction; else rolls it back.
     *
     * @throws XAException XA_RBROLLBACK, always but for that: the message names the property
     */
    @Override
    public int prepare(Xid xid) throws XAException {
        if (unstarted.is(xid)) {
            return unstarted.prepare(xid);
        }
        requireEnded("PREPARE", xid);
        PhysicalConnection link = unit.serving();
        boolean untouched = link != null && link.isUntouched();
        rollback(xid);
        if (untouched) {
            return XA_RDONLY;
        }
        throw XaFailure.of(
                XAException.XA_RBROLLBACK,
                "PREPARE",
                xid,
                "rolled back: TwoPhaseCommit is false, so this pool takes part only in transactions without another"
                        + " resource; use one pool per transaction, or set TwoPhaseCommit to true if all peers can do XA",
                null);
    }

    /**
     * Commits the local transaction. Sends nothing if nothing ran in it.
     *
     * @throws XAException XA_RBROLLBACK if it was rolled back instead; XAER_RMFAIL if the connection was lost while
     *     committing, or the server was leaving its cluster: the outcome is not known; XAER_NOTA for a branch that is not this connection's
     */
    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        if (unstarted.is(xid)) {
            unstarted.commit(xid, onePhase);
            return;
        }
        if (!isOwn(xid)) {
            throw XaFailure.of(
                    XAException.XAER_NOTA, "COMMIT", xid, "TwoPhaseCommit is false: nothing is prepared", null);
        }
        requireEnded("COMMIT", xid);
        PhysicalConnection link = unit.serving();
        if (link == null) {
            forget();
            String why = "the connection was lost before: the server has rolled the transaction back";
            throw XaFailure.of(XAException.XA_RBROLLBACK, "COMMIT", xid, why, null);
        }
        try {
            link.session().endLocal(true);
            forget();
        } catch (SQLException e) {
            unit.failed(e);
            throw commitFailed(link, xid, e);
        }
    }

    private XAException commitFailed(PhysicalConnection link, Xid xid, SQLException failure) {
        boolean lost = unit.serving() == null;
        if (!lost) {
            // A refused COMMIT (a Galera node's certification, 1213) has been rolled back; the server is told once
            // more,
            // so that the connection is good for other work.
            try {
                link.session().endLocal(false);
            } catch (SQLException e) {
                unit.failed(e);
                Causes.suppress(failure, e);
            }
        }
        forget();
        return lost || XaFailure.leavesOpen(failure)
                ? XaFailure.of(
                        XAException.XAER_RMFAIL,
                        "COMMIT",
                        xid,
                        (lost ? "the connection was lost while committing" : String.valueOf(failure.getMessage()))
                                + ": the server has committed or rolled back, which only its data can tell",
                        failure)
                : XaFailure.of(XAException.XA_RBROLLBACK, "COMMIT", xid, String.valueOf(failure.getMessage()), failure);
    }

    /** Rolls back; on a lost connection the server has done so. */
    @Override
    public void rollback(Xid xid) throws XAException {
        if (unstarted.is(xid)) {
            unstarted.rollback(xid);
            return;
        }
        if (!isOwn(xid)) {
            String why = "TwoPhaseCommit is false: nothing is prepared";
            throw XaFailure.of(XAException.XAER_NOTA, "ROLLBACK", xid, why, null);
        }
        PhysicalConnection link = unit.serving();
        forget();
        if (thread.mayGoOn(unit)) {
            unit.revoke();
        } else if (link != null) {
            try {
                link.session().endLocal(false);
            } catch (SQLException e) {
                unit.failed(e);
                if (unit.serving() != null) {
                    throw XaFailure.of(XAException.XAER_RMFAIL, "ROLLBACK", xid, String.valueOf(e.getMessage()), e);
                }
            }
        }
    }

    /** Returns nothing, and opens nothing: nothing is ever prepared. */
    @Override
    public Xid[] recover(int flags) {
        return NOTHING;
    }

    @Override
    public void forget(Xid xid) {
        // nothing is kept
    }

    private void requireEnded(String verb, Xid xid) throws XAException {
        if (phase != Phase.ENDED || !isOwn(xid)) {
            throw XaFailure.of(XAException.XAER_PROTO, verb, xid, "not ended on this connection", null);
        }
    }

    private boolean isOwn(Xid xid) {
        return own != null && own.equals(BranchXid.of(xid));
    }

    private void forget() {
        phase = Phase.NONE;
        own = null;
        active = false;
    }
}
