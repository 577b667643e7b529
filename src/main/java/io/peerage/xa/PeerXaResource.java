/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import io.peerage.peer.Causes;
import io.peerage.xa.TransactionState.Stage;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Transactions as XA branches on the peer that was dealt. What was started here is completed here while the connection
 * lives; everything else, and what is left of a branch whose connection was lost, is {@link Recovery}'s.
 *
 * <p>The end of an association is not told to the server until the branch is prepared, committed or rolled back: MySQL
 * and MariaDB can neither suspend nor join a branch, and this way both cost nothing on the same resource.
 */
public final class PeerXaResource extends TransactionResource {

    private static final Xid[] NONE_LEFT = {};

    private final BranchStart starting;
    private final Recovery recovery;
    /** Where the branch is prepared; null while none is. */
    private @Nullable PhysicalConnection preparedOn;

    public PeerXaResource(UnitOfWork unit, TransactionState state, Recovery recovery) {
        super(unit, state);
        this.starting = new BranchStart(unit);
        this.recovery = recovery;
    }

    @Override
    boolean isOnePhase() {
        return false;
    }

    @Override
    void begin(Xid xid) throws XAException {
        starting.start(xid);
    }

    /**
     * Preconditions: {@code xid} has ended here. Postconditions: the branch is prepared on its peer and outlives the
     * connection; or, on XA_RB*, it is rolled back.
     *
     * @throws XAException XA_RBROLLBACK also if the connection was lost, before or while preparing: a branch that has
     *     not voted is rolled back, as soon as its peer can be reached
     */
    @Override
    int vote(Xid xid) throws XAException {
        PhysicalConnection link = idle("PREPARE", xid);
        int vote;
        try {
            vote = link.xaResource().prepare(xid);
        } catch (XAException e) {
            XAException mapped = XaFailure.mapped(unit, e, "PREPARE", xid);
            if (unit.slot().serving() == null) {
                recovery.rollBackLater(BranchXid.of(xid), unit.slot().credentials(), link);
                String why = "the connection was lost before the vote: it is rolled back";
                throw rolledBack("PREPARE", xid, why, mapped);
            }
            throw refused(link, mapped);
        }
        if (vote == XA_RDONLY) {
            completed(link);
        } else {
            preparedOn = link;
            state.become(Stage.PREPARED);
            recovery.prepared(BranchXid.of(xid), link);
        }
        return vote;
    }

    /**
     * Preconditions: {@code xid} has ended here (one phase), or is prepared, wherever. Postconditions: its work is
     * durable.
     *
     * @throws XAException XA_RB* if it was rolled back instead (one phase); XAER_RMFAIL if its peer cannot be reached:
     *     in one phase the outcome is not known then, in two the commit is carried out as soon as the peer can be
     *     reached; XAER_NOTA if no peer has such a branch
     */
    @Override
    void complete(Xid xid, boolean onePhase) throws XAException {
        if (onePhase) {
            commitOnePhase(xid);
        } else {
            carryOut(xid, Decision.Verb.COMMIT);
        }
    }

    private void commitOnePhase(Xid xid) throws XAException {
        PhysicalConnection link = idle("COMMIT", xid);
        try {
            link.xaResource().commit(xid, true);
        } catch (XAException e) {
            XAException mapped = XaFailure.mapped(unit, e, "COMMIT", xid);
            if (unit.slot().serving() == null) {
                throw inDoubt("COMMIT", xid, mapped);
            }
            if (XaFailure.leavesOpen(XaFailure.sql(e))) {
                link.session().endGlobal();
                link.retire();
                throw inDoubt("COMMIT", xid, mapped);
            }
            throw refused(link, mapped);
        }
        completed(link);
    }

    /** The server lives and did not do what it was told; returns what to say. */
    private XAException refused(PhysicalConnection link, XAException answer) {
        if (XaFailure.isRollback(answer.errorCode)) {
            completed(link);
        }
        return answer;
    }

    /**
     * Preconditions: {@code xid} has started here, or is prepared, wherever. Postconditions: its work is undone. A
     * branch that was not prepared needs no connection for that: the server undoes what a lost connection left.
     *
     * @throws XAException XAER_RMFAIL if {@code xid} is prepared and its peer cannot be reached: it is carried out as
     *     soon as it can; or if the outcome of a commit in one phase is not known; XAER_NOTA if no peer has such a
     *     branch
     */
    @Override
    void undo(Xid xid) throws XAException {
        if (state.is(Stage.IN_DOUBT, xid)) {
            throw inDoubt("ROLLBACK", xid, null);
        }
        if (!state.isOwn(xid) || state.stage() == Stage.PREPARED) {
            carryOut(xid, Decision.Verb.ROLLBACK);
            return;
        }
        PhysicalConnection link = unit.slot().serving();
        if (link != null && state.isManaged() && !revoked()) {
            rollBackOn(link, xid);
            link.session().endGlobal();
        }
        forgetBranch();
    }

    private void rollBackOn(PhysicalConnection link, Xid xid) throws XAException {
        try {
            if (state.stage() != Stage.IDLE) {
                endIgnoringRollback(link, xid);
                state.become(Stage.IDLE);
            }
            link.xaResource().rollback(xid);
        } catch (XAException e) {
            XAException mapped = XaFailure.mapped(unit, e, "ROLLBACK", xid);
            if (unit.slot().serving() != null
                    && mapped.errorCode != XAException.XAER_NOTA
                    && !XaFailure.isRollback(mapped.errorCode)) {
                throw mapped;
            }
        }
    }

    private static void endIgnoringRollback(PhysicalConnection link, Xid xid) throws XAException {
        try {
            link.xaResource().end(xid, TMSUCCESS);
        } catch (XAException e) {
            if (!XaFailure.isRollback(e.errorCode)) {
                throw e;
            }
        }
    }

    /** Carries out what was decided for a prepared branch, wherever it was prepared. */
    private void carryOut(Xid xid, Decision.Verb verb) throws XAException {
        if (!state.isOwn(xid)) {
            recovery.complete(BranchXid.of(xid), verb, unit.slot().credentials());
            return;
        }
        PhysicalConnection link = preparedOn;
        if (link == null || state.stage() != Stage.PREPARED) {
            throw failure(XAException.XAER_PROTO, verb.name(), xid, "not prepared");
        }
        try {
            carryOut(xid, verb, link);
        } catch (XAException e) {
            // On XAER_RMFAIL the branch stays ours: TomEE asks again, and only here.
            if (isOver(e.errorCode)) {
                forgetPrepared();
            }
            throw e;
        }
        forgetPrepared();
    }

    /** On its own connection while that lives, else by recovery on the same peer. */
    private void carryOut(Xid xid, Decision.Verb verb, PhysicalConnection link) throws XAException {
        boolean lives = unit.slot().serving() == link;
        if (lives) {
            XAException answer = tell(link, xid, verb);
            if (answer == null || unit.slot().serving() != null) {
                if (answer == null || isOver(answer.errorCode)) {
                    recovery.completed(BranchXid.of(xid));
                    link.session().endGlobal();
                }
                if (answer != null && (verb == Decision.Verb.COMMIT || !XaFailure.isRollback(answer.errorCode))) {
                    throw answer;
                }
                return;
            }
        }
        recovery.finish(BranchXid.of(xid), verb, unit.slot().credentials(), link, lives);
    }

    /** Returns what went wrong, or null. */
    private @Nullable XAException tell(PhysicalConnection link, Xid xid, Decision.Verb verb) {
        try {
            if (verb == Decision.Verb.COMMIT) {
                link.xaResource().commit(xid, false);
            } else {
                link.xaResource().rollback(xid);
            }
            return null;
        } catch (XAException e) {
            return XaFailure.mapped(unit, e, verb.name(), xid);
        }
    }

    private static boolean isOver(int answer) {
        return answer == XAException.XAER_NOTA || XaFailure.isRollback(answer);
    }

    private void forgetPrepared() {
        preparedOn = null;
        forgetBranch();
    }

    @Override
    void forgetElsewhere(Xid xid) {
        recovery.forget(BranchXid.of(xid));
    }

    /** Returns the branches prepared on all peers with the first call of a scan, and none with those that follow. */
    @Override
    public Xid[] recover(int flags) throws XAException {
        return (flags & TMSTARTRSCAN) == 0
                ? NONE_LEFT
                : recovery.recover(unit.slot().credentials());
    }

    /**
     * Returns the connection on which an ended branch can be completed, after telling the server what {@link #end} did
     * not.
     */
    private PhysicalConnection idle(String verb, Xid xid) throws XAException {
        PhysicalConnection link = completing(verb, xid);
        if (state.stage() == Stage.ENDED) {
            endOnServer(link, verb, xid);
        }
        return link;
    }

    private void endOnServer(PhysicalConnection link, String verb, Xid xid) throws XAException {
        try {
            link.xaResource().end(xid, TMSUCCESS);
        } catch (XAException e) {
            XAException mapped = XaFailure.mapped(unit, e, "END", xid);
            if (unit.slot().serving() == null) {
                String why = "the connection was lost before: the server has rolled the branch back";
                throw rolledBack(verb, xid, why, mapped);
            }
            if (XaFailure.isRollback(mapped.errorCode)) {
                state.become(Stage.IDLE);
                rollBackToo(xid, mapped);
            }
            throw mapped;
        }
        state.become(Stage.IDLE);
    }

    /** The server wants to hear ROLLBACK, even where it said so itself, before the connection is good for other work. */
    private void rollBackToo(Xid xid, XAException because) {
        try {
            undo(xid);
        } catch (XAException e) {
            // The branch is still open there, so cleanup() will refuse and the container destroys the connection.
            Causes.suppress(because, e);
        }
    }

    private void completed(PhysicalConnection link) {
        link.session().endGlobal();
        forgetBranch();
    }
}
