/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import io.peerage.peer.Causes;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Transactions as XA branches on the peer that was dealt. What was started here is completed here while the connection
 * lives; everything else, and what is left of a branch whose connection was lost, is {@link Recovery}'s.
 *
 * <p>The end of an association is not told to the server until the branch is prepared, committed or rolled back: MySQL
 * and MariaDB can neither suspend nor join a branch, and this way both cost nothing on the same resource.
 */
public final class PeerXaResource implements TransactionResource, UnstartedBranch.Holder {

    private static final Xid[] NONE_LEFT = {};

    private enum Phase {
        /** No branch of this connection's own. */
        NONE,
        /** Statements run in the branch. */
        ACTIVE,
        /** Ended or suspended for the transaction manager, still active for the server. */
        ENDED,
        /** Ended for the server as well. */
        IDLE,
        /** Prepared. */
        PREPARED,
        /** The connection was lost before the branch was prepared, so it is rolled back, or will be. */
        ABANDONED,
        /** The connection was lost while the branch was committed in one phase: nobody can say whether it was. */
        UNKNOWN
    }

    private final UnitOfWork unit;
    private final BranchStart starting;
    private final Recovery recovery;
    private final TransactionThread thread = new TransactionThread();
    private final UnstartedBranch unstarted = new UnstartedBranch();
    private Phase phase = Phase.NONE;
    private @Nullable BranchXid own;
    /** {@link #own}, while it is prepared. */
    private @Nullable PreparedBranch prepared;

    private volatile boolean active;

    public PeerXaResource(UnitOfWork unit, Recovery recovery) {
        this.unit = unit;
        this.starting = new BranchStart(unit);
        this.recovery = recovery;
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
     * Of itself; and, once the connection is lost and no branch is left to be completed, of another that takes part: it
     * cannot be joined here, so this one, which can do nothing, does not count.
     */
    @Override
    public boolean isSameRM(XAResource other) {
        return this == other
                || (isVacant() && !unstarted.exists() && unit.isLost() && TransactionResource.takesPart(other));
    }

    /**
     * Preconditions: no branch of this resource is active (TMNOFLAGS), or {@code xid} is the one ended last (TMJOIN,
     * TMRESUME). Postconditions: statements on this connection run in {@code xid}.
     *
     * <p>A branch that could not be started because the connection is lost holds nothing, for no statement can run here
     * any more: completing it does nothing, and succeeds, unless another connection has joined it.
     *
     * @throws XAException XAER_RMFAIL if no peer can serve or the connection is lost: the transaction manager may take
     *     another connection; XAER_OUTSIDE if the application left a transaction of its own open; XAER_PROTO if a
     *     precondition does not hold
     */
    @Override
    public void start(Xid xid, int flags) throws XAException {
        thread.begins();
        try {
            startOrGoOn(xid, flags);
            unit.joined(null);
        } catch (XAException e) {
            unit.joined(e);
            throw e;
        }
    }

    private void startOrGoOn(Xid xid, int flags) throws XAException {
        if (flags == TMNOFLAGS) {
            startNew(xid);
        } else if (phase == Phase.ENDED && isOwn(xid)) {
            phase = Phase.ACTIVE;
        } else if (isVacant() && unit.isLost()) {
            throw XaFailure.of(XAException.XAER_RMFAIL, "START", xid, "no connection: it was lost", null);
        } else {
            throw XaFailure.of(
                    XAException.XAER_PROTO, "START", xid, "nothing to join or resume on this connection", null);
        }
    }

    private void startNew(Xid xid) throws XAException {
        if (!isVacant()) {
            throw XaFailure.of(
                    XAException.XAER_PROTO, "START", xid, "another branch of this connection is not completed", null);
        }
        unstarted.forget();
        try {
            starting.start(xid);
        } catch (XAException e) {
            if (unit.isLost()) {
                forgetBranch();
                unstarted.keep(xid);
            }
            throw e;
        }
        become(Phase.ACTIVE, xid);
        active = true;
    }

    /**
     * Preconditions: {@code xid} is active here, or was suspended. Postconditions: the branch waits for its completion,
     * or to be joined or resumed. Never fails for a lost connection: what follows says so.
     */
    @Override
    public void end(Xid xid, int flags) throws XAException {
        if (unstarted.is(xid)) {
            return;
        }
        if (!is(Phase.ACTIVE, xid) && !is(Phase.ENDED, xid)) {
            throw XaFailure.of(XAException.XAER_PROTO, "END", xid, "not active on this connection", null);
        }
        phase = Phase.ENDED;
    }

    /**
     * Preconditions: {@code xid} has ended here. Postconditions: the branch is prepared on its peer and outlives the
     * connection; or, on XA_RB*, it is rolled back.
     *
     * @throws XAException XA_RBROLLBACK also if the connection was lost, before or while preparing: a branch that has not
     *     voted is rolled back, as soon as its peer can be reached
     */
    @Override
    public int prepare(Xid xid) throws XAException {
        if (unstarted.is(xid)) {
            return unstarted.prepare(xid);
        }
        PhysicalConnection link = completing("PREPARE", xid);
        int vote;
        try {
            vote = link.xaResource().prepare(xid);
        } catch (XAException e) {
            XAException mapped = XaFailure.mapped(unit, e, "PREPARE", xid);
            if (unit.serving() == null) {
                recovery.rollBackLater(BranchXid.of(xid), unit.credentials(), link);
                throw lostBefore("PREPARE", xid, "the connection was lost before the vote: it is rolled back", mapped);
            }
            if (XaFailure.isRollback(mapped.errorCode)) {
                completed(link);
            }
            throw mapped;
        }
        active = false;
        if (vote == XA_RDONLY) {
            completed(link);
        } else {
            phase = Phase.PREPARED;
            prepared = new PreparedBranch(unit, recovery, link);
            recovery.prepared(BranchXid.of(xid), link);
        }
        return vote;
    }

    /**
     * Preconditions: {@code xid} has ended here (one phase), or is prepared, wherever. Postconditions: its work is
     * durable.
     *
     * @throws XAException XA_RB* if it was rolled back instead (one phase); XAER_RMFAIL if its peer cannot be reached: in
     *     one phase the outcome is not known then, in two the commit is carried out as soon as the peer can be reached;
     *     XAER_NOTA if no peer has such a branch
     */
    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        if (unstarted.is(xid)) {
            unstarted.commit(xid, onePhase);
        } else if (onePhase) {
            commitOnePhase(xid);
        } else if (!isOwn(xid)) {
            recovery.complete(BranchXid.of(xid), Decision.Verb.COMMIT, unit.credentials());
        } else {
            completePrepared(xid, Decision.Verb.COMMIT);
        }
    }

    private void commitOnePhase(Xid xid) throws XAException {
        PhysicalConnection link = completing("COMMIT", xid);
        try {
            link.xaResource().commit(xid, true);
        } catch (XAException e) {
            XAException mapped = XaFailure.mapped(unit, e, "COMMIT", xid);
            if (unit.serving() == null) {
                become(Phase.UNKNOWN, xid);
                throw unknown("COMMIT", xid, mapped);
            }
            if (XaFailure.isRollback(mapped.errorCode)) {
                completed(link);
            }
            throw mapped;
        }
        completed(link);
    }

    /**
     * Preconditions: {@code xid} has started here, or is prepared, wherever. Postconditions: its work is undone. A branch
     * that was not prepared needs no connection for that: the server undoes what a lost connection left.
     *
     * @throws XAException XAER_RMFAIL if {@code xid} is prepared and its peer cannot be reached: it is carried out as soon
     *     as it can; or if the outcome of a commit in one phase is not known; XAER_NOTA if no peer has such a branch
     */
    @Override
    public void rollback(Xid xid) throws XAException {
        if (unstarted.is(xid)) {
            unstarted.rollback(xid);
            return;
        }
        if (!isOwn(xid)) {
            recovery.complete(BranchXid.of(xid), Decision.Verb.ROLLBACK, unit.credentials());
            return;
        }
        switch (phase) {
            case UNKNOWN -> throw unknown("ROLLBACK", xid, null);
            case PREPARED -> completePrepared(xid, Decision.Verb.ROLLBACK);
            default -> rollbackUnprepared(xid);
        }
    }

    private void rollbackUnprepared(Xid xid) throws XAException {
        PhysicalConnection link = unit.serving();
        if (link == null || phase == Phase.ABANDONED) {
            forgetBranch();
            return;
        }
        if (thread.mayGoOn(unit)) {
            unit.revoke();
            forgetBranch();
            return;
        }
        try {
            if (phase != Phase.IDLE) {
                endIgnoringRollback(link, xid);
                phase = Phase.IDLE;
            }
            link.xaResource().rollback(xid);
        } catch (XAException e) {
            XAException mapped = XaFailure.mapped(unit, e, "ROLLBACK", xid);
            if (unit.serving() != null
                    && mapped.errorCode != XAException.XAER_NOTA
                    && !XaFailure.isRollback(mapped.errorCode)) {
                throw mapped;
            }
        }
        completed(link);
    }

    private void completePrepared(Xid xid, Decision.Verb verb) throws XAException {
        PreparedBranch branch = prepared;
        if (branch == null) {
            throw XaFailure.of(XAException.XAER_PROTO, verb.name(), xid, "not prepared", null);
        }
        try {
            branch.complete(xid, verb);
        } catch (XAException e) {
            // On XAER_RMFAIL the branch stays ours: TomEE asks again, and only here.
            if (e.errorCode == XAException.XAER_NOTA || XaFailure.isRollback(e.errorCode)) {
                forgetBranch();
            }
            throw e;
        }
        forgetBranch();
    }

    /** Forgets what is kept of a branch for its transaction manager; the servers keep nothing to be forgotten. */
    @Override
    public void forget(Xid xid) {
        recovery.forget(BranchXid.of(xid));
    }

    /** Returns the branches prepared on all peers with the first call of a scan, and none with those that follow. */
    @Override
    public Xid[] recover(int flags) throws XAException {
        return (flags & TMSTARTRSCAN) == 0 ? NONE_LEFT : recovery.recover(unit.credentials());
    }

    /** Returns the connection on which an ended branch can be completed, after telling the server that it has ended. */
    private PhysicalConnection completing(String verb, Xid xid) throws XAException {
        if (is(Phase.UNKNOWN, xid)) {
            throw unknown(verb, xid, null);
        }
        if (!is(Phase.ENDED, xid) && !is(Phase.IDLE, xid)) {
            throw XaFailure.of(XAException.XAER_PROTO, verb, xid, "not ended on this connection", null);
        }
        PhysicalConnection link = unit.serving();
        if (link == null) {
            throw lostBefore(verb, xid, "the connection was lost before: the server has rolled the branch back", null);
        }
        if (phase == Phase.ENDED) {
            endOnServer(link, verb, xid);
        }
        return link;
    }

    /**
     * Gives the branch up with its connection. The code says XA_RBROLLBACK and not XA_RBCOMMFAIL, which Payara takes for
     * an invitation to try again after a minute's sleep of the application's thread.
     */
    private XAException lostBefore(String verb, Xid xid, String why, @Nullable XAException cause) {
        become(Phase.ABANDONED, xid);
        return XaFailure.of(XAException.XA_RBROLLBACK, verb, xid, why, cause);
    }

    private static XAException unknown(String verb, Xid xid, @Nullable XAException cause) {
        return XaFailure.of(
                XAException.XAER_RMFAIL,
                verb,
                xid,
                "the connection was lost while the branch was committed in one phase: the server has committed it or"
                        + " rolled it back, which only its data can tell",
                cause);
    }

    /** Tells the server what {@link #end} did not: nothing more runs in the branch. */
    private void endOnServer(PhysicalConnection link, String verb, Xid xid) throws XAException {
        try {
            link.xaResource().end(xid, TMSUCCESS);
        } catch (XAException e) {
            XAException mapped = XaFailure.mapped(unit, e, "END", xid);
            if (unit.serving() == null) {
                String why = "the connection was lost before: the server has rolled the branch back";
                throw lostBefore(verb, xid, why, mapped);
            }
            if (XaFailure.isRollback(mapped.errorCode)) {
                phase = Phase.IDLE;
                rollbackOnServer(xid, mapped);
            }
            throw mapped;
        }
        phase = Phase.IDLE;
    }

    /** The server wants to hear ROLLBACK, even where it said so itself, before the connection is good for other work. */
    private void rollbackOnServer(Xid xid, XAException because) {
        try {
            rollback(xid);
        } catch (XAException e) {
            // The branch is still open there, so cleanup() will refuse and the container destroys the connection.
            Causes.suppress(because, e);
        }
    }

    private void endIgnoringRollback(PhysicalConnection link, Xid xid) throws XAException {
        try {
            link.xaResource().end(xid, TMSUCCESS);
        } catch (XAException e) {
            if (!XaFailure.isRollback(e.errorCode)) {
                throw e;
            }
        }
    }

    /** Tells whether no branch started here is left to be completed: what became of the last one may have been told. */
    private boolean isVacant() {
        return switch (phase) {
            case NONE, ABANDONED, UNKNOWN -> true;
            case ACTIVE, ENDED, IDLE, PREPARED -> false;
        };
    }

    private boolean isOwn(Xid xid) {
        return own != null && own.equals(BranchXid.of(xid));
    }

    private boolean is(Phase expected, Xid xid) {
        return phase == expected && isOwn(xid);
    }

    private void become(Phase next, Xid xid) {
        phase = next;
        own = BranchXid.of(xid);
        prepared = null;
        active = false;
    }

    private void completed(PhysicalConnection link) {
        link.session().endGlobal();
        forgetBranch();
    }

    private void forgetBranch() {
        phase = Phase.NONE;
        own = null;
        prepared = null;
        active = false;
    }
}
