/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import java.sql.SQLException;
import java.util.Objects;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The one stable XAResource of a managed connection, which works on whatever physical connection serves the unit of
 * work (Jakarta Connectors 2.1, "XAResource-based Transaction Contract").
 *
 * <p>The end of an association is not told to the server until the branch is prepared, committed or rolled back: MySQL
 * and MariaDB can neither suspend nor join a branch, and this way both cost nothing on the same resource.
 *
 * <p>Confined to one thread at a time, as transaction managers do; {@link #isActive} may be read from any.
 */
public final class PeerXaResource implements XAResource {

    private enum Phase {
        /** No branch of this connection's own. */
        NONE,
        /** The connection was lost before the branch was started: nothing can ever run in it. */
        UNBORN,
        /** Statements run in the branch. */
        ACTIVE,
        /** Ended or suspended for the transaction manager, still active for the server. */
        ENDED,
        /** Ended for the server as well. */
        IDLE,
        /** Prepared, or perhaps prepared: the connection was lost before the answer came. */
        PREPARED
    }

    private final UnitOfWork unit;
    private Phase phase = Phase.NONE;
    private @Nullable Xid own;
    private volatile boolean active;

    public PeerXaResource(UnitOfWork unit) {
        this.unit = unit;
    }

    /** Returns whether a branch has started and neither been prepared nor completed. */
    public boolean isActive() {
        return active;
    }

    /**
     * Preconditions: no branch of this resource is active (TMNOFLAGS), or {@code xid} is the one ended last (TMJOIN,
     * TMRESUME). Postconditions: statements on this connection run in {@code xid}.
     *
     * <p>A branch that could not be started because the connection is lost holds nothing, for no statement can run here
     * any more: completing it does nothing, and succeeds.
     *
     * @throws XAException XAER_RMFAIL if no peer can serve or the connection is lost: the transaction manager may take
     *     another connection; XAER_OUTSIDE if the application left a transaction of its own open; XAER_PROTO if a
     *     precondition does not hold
     */
    @Override
    public void start(Xid xid, int flags) throws XAException {
        if (flags == TMNOFLAGS) {
            startNew(xid);
        } else if (phase == Phase.ENDED && sameBranch(xid, own)) {
            phase = Phase.ACTIVE;
        } else {
            throw XaFailure.of(
                    XAException.XAER_PROTO, "START", xid, "nothing to join or resume on this connection", null);
        }
    }

    private void startNew(Xid xid) throws XAException {
        if (phase != Phase.NONE && phase != Phase.UNBORN) {
            throw XaFailure.of(
                    XAException.XAER_PROTO, "START", xid, "another branch of this connection is not completed", null);
        }
        try {
            startSomewhere(xid);
        } catch (XAException e) {
            if (unit.isLost()) {
                // Payara and GlassFish complete what they could not start: UserTransaction.begin() enlists again what a
                // failed unit of work left behind in the same request, only logs that it fails, and asks it to prepare.
                own = xid;
                phase = Phase.UNBORN;
            }
            throw e;
        }
        own = xid;
        phase = Phase.ACTIVE;
        active = true;
    }

    private void startSomewhere(Xid xid) throws XAException {
        PhysicalConnection link = begun(xid);
        boolean untouched = link.isUntouched();
        try {
            startOn(link, xid);
        } catch (XAException e) {
            // A branch that never began needs no undoing, and one that did is undone with its connection: where nothing
            // else ran before, the start may be sent again, elsewhere.
            PhysicalConnection other = untouched ? replaced(link, xid, e) : null;
            if (other == null) {
                throw mapped(e, "START", xid);
            }
            startOnReplacement(other, xid);
        }
    }

    private PhysicalConnection begun(Xid xid) throws XAException {
        try {
            return unit.begin();
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, "START", xid, "no connection: " + e.getMessage(), e);
        }
    }

    private @Nullable PhysicalConnection replaced(PhysicalConnection lost, Xid xid, XAException failure)
            throws XAException {
        try {
            return unit.replace(lost, XaFailure.sql(failure));
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, "START", xid, "no connection: " + e.getMessage(), e);
        }
    }

    private void startOnReplacement(PhysicalConnection link, Xid xid) throws XAException {
        try {
            startOn(link, xid);
        } catch (XAException e) {
            throw mapped(e, "START", xid);
        }
    }

    private static void startOn(PhysicalConnection link, Xid xid) throws XAException {
        try {
            link.session().beginGlobal();
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_OUTSIDE, "START", xid, String.valueOf(e.getMessage()), e);
        }
        try {
            link.xaResource().start(xid, TMNOFLAGS);
        } catch (XAException e) {
            link.session().endGlobal();
            throw e;
        }
    }

    /**
     * Preconditions: {@code xid} is active here, or was suspended. Postconditions: the branch waits for its completion,
     * or to be joined or resumed. Never fails for a lost connection: what follows says so.
     */
    @Override
    public void end(Xid xid, int flags) throws XAException {
        if (isUnborn(xid)) {
            return;
        }
        if (!sameBranch(xid, own) || (phase != Phase.ACTIVE && phase != Phase.ENDED)) {
            throw XaFailure.of(XAException.XAER_PROTO, "END", xid, "not active on this connection", null);
        }
        phase = Phase.ENDED;
    }

    /**
     * Preconditions: {@code xid} has ended here. Postconditions: the branch is prepared on its peer and outlives the
     * connection; or, on XA_RB*, it is rolled back.
     *
     * @throws XAException XA_RBROLLBACK if the connection was lost before; XAER_RMFAIL if it was lost while preparing:
     *     the branch may be prepared then
     */
    @Override
    public int prepare(Xid xid) throws XAException {
        if (isUnborn(xid)) {
            forgetBranch();
            return XA_RDONLY;
        }
        PhysicalConnection link = completing("PREPARE", xid);
        int vote;
        try {
            vote = link.xaResource().prepare(xid);
        } catch (XAException e) {
            XAException mapped = mapped(e, "PREPARE", xid);
            if (XaFailure.isRollback(mapped.errorCode)) {
                completed(link);
            } else if (unit.serving() == null) {
                // Only the answer is known to be lost: a rollback must not claim that nothing is left.
                phase = Phase.PREPARED;
                active = false;
            }
            throw mapped;
        }
        active = false;
        if (vote == XA_RDONLY) {
            completed(link);
        } else {
            phase = Phase.PREPARED;
        }
        return vote;
    }

    /**
     * Preconditions: {@code xid} has ended here (one phase), or is prepared. Postconditions: its work is durable.
     *
     * @throws XAException XA_RB* if it was rolled back instead; XAER_RMFAIL if the answer was lost: unknown for one
     *     phase, to be repeated for two
     */
    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        if (isUnborn(xid)) {
            forgetBranch();
            return;
        }
        if (!sameBranch(xid, own)) {
            foreign("COMMIT", xid, driver -> driver.commit(xid, onePhase));
            return;
        }
        PhysicalConnection link = onePhase ? completing("COMMIT", xid) : prepared("COMMIT", xid);
        try {
            link.xaResource().commit(xid, onePhase);
        } catch (XAException e) {
            XAException mapped = mapped(e, "COMMIT", xid);
            if (XaFailure.isRollback(mapped.errorCode)) {
                completed(link);
            } else if (onePhase && unit.serving() == null) {
                // Committed or not is unknown: a rollback must not claim to have undone it.
                forgetBranch();
            }
            throw mapped;
        }
        completed(link);
    }

    /**
     * Preconditions: {@code xid} has started here. Postconditions: its work is undone. A branch that was not prepared
     * needs no connection for that: the server undoes what a lost connection left.
     *
     * @throws XAException XAER_RMFAIL if {@code xid} is prepared and its peer cannot be reached
     */
    @Override
    public void rollback(Xid xid) throws XAException {
        if (isUnborn(xid)) {
            forgetBranch();
            return;
        }
        if (!sameBranch(xid, own)) {
            foreign("ROLLBACK", xid, driver -> driver.rollback(xid));
            return;
        }
        boolean wasPrepared = phase == Phase.PREPARED;
        PhysicalConnection link = wasPrepared ? prepared("ROLLBACK", xid) : unit.serving();
        if (link == null) {
            forgetBranch();
            return;
        }
        try {
            if (phase == Phase.ACTIVE || phase == Phase.ENDED) {
                endIgnoringRollback(link, xid);
                phase = Phase.IDLE;
            }
            link.xaResource().rollback(xid);
        } catch (XAException e) {
            XAException mapped = mapped(e, "ROLLBACK", xid);
            boolean undone = XaFailure.isRollback(mapped.errorCode)
                    || (!wasPrepared && (unit.serving() == null || mapped.errorCode == XAException.XAER_NOTA));
            if (!undone) {
                throw mapped;
            }
        }
        completed(link);
    }

    @Override
    public void forget(Xid xid) throws XAException {
        foreign("FORGET", xid, driver -> driver.forget(xid));
    }

    /** Returns the branches prepared on the peer that serves this connection. */
    @Override
    public Xid[] recover(int flags) throws XAException {
        PhysicalConnection link;
        try {
            link = unit.begin();
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, "RECOVER", null, "no connection: " + e.getMessage(), e);
        }
        try {
            return link.xaResource().recover(flags);
        } catch (XAException e) {
            throw mapped(e, "RECOVER", null);
        }
    }

    /** Only of itself: a branch cannot be joined on another connection, let alone on another peer. */
    @Override
    public boolean isSameRM(XAResource other) {
        return this == other;
    }

    /** Returns 0: the time-out is the transaction manager's. */
    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    /** Returns false: MySQL and MariaDB have no time-out for a branch. */
    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }

    /** Returns the connection on which an ended branch can be completed, after telling the server that it has ended. */
    private PhysicalConnection completing(String verb, Xid xid) throws XAException {
        if (!sameBranch(xid, own) || (phase != Phase.ENDED && phase != Phase.IDLE)) {
            throw XaFailure.of(XAException.XAER_PROTO, verb, xid, "not ended on this connection", null);
        }
        PhysicalConnection link = unit.serving();
        if (link == null) {
            throw lostBefore(verb, xid, null);
        }
        if (phase == Phase.ENDED) {
            endOnServer(link, verb, xid);
        }
        return link;
    }

    /**
     * Forgets the branch, which went with its connection. The code says XA_RBROLLBACK and not XA_RBCOMMFAIL, which
     * Payara takes for an invitation to try again after a minute's sleep of the application's thread.
     */
    private XAException lostBefore(String verb, Xid xid, @Nullable XAException cause) {
        forgetBranch();
        return XaFailure.of(
                XAException.XA_RBROLLBACK,
                verb,
                xid,
                "the connection was lost before: the server has rolled the branch back",
                cause);
    }

    private PhysicalConnection prepared(String verb, Xid xid) throws XAException {
        if (phase != Phase.PREPARED) {
            throw XaFailure.of(XAException.XAER_PROTO, verb, xid, "not prepared", null);
        }
        PhysicalConnection link = unit.serving();
        if (link == null) {
            throw XaFailure.of(
                    XAException.XAER_RMFAIL, verb, xid, "the connection was lost; the branch waits on its peer", null);
        }
        return link;
    }

    /** Tells the server what {@link #end} did not: nothing more runs in the branch. */
    private void endOnServer(PhysicalConnection link, String verb, Xid xid) throws XAException {
        try {
            link.xaResource().end(xid, TMSUCCESS);
        } catch (XAException e) {
            XAException mapped = mapped(e, "END", xid);
            if (unit.serving() == null) {
                throw lostBefore(verb, xid, mapped);
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
            because.addSuppressed(e);
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

    private void completed(PhysicalConnection link) {
        link.session().endGlobal();
        forgetBranch();
    }

    private boolean isUnborn(Xid xid) {
        return phase == Phase.UNBORN && sameBranch(xid, own);
    }

    private void forgetBranch() {
        phase = Phase.NONE;
        own = null;
        active = false;
    }

    /** Something a driver's XAResource does. */
    private interface Verb {
        void on(XAResource driver) throws XAException;
    }

    private void foreign(String name, Xid xid, Verb verb) throws XAException {
        PhysicalConnection link;
        try {
            link = unit.begin();
        } catch (SQLException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, name, xid, "no connection: " + e.getMessage(), e);
        }
        try {
            verb.on(link.xaResource());
        } catch (XAException e) {
            throw mapped(e, name, xid);
        }
    }

    /**
     * Passes a driver's failure through the funnel. A lost link is XAER_RMFAIL, whatever the driver calls it: Narayana
     * takes XAER_RMERR for a heuristic outcome, and MariaDB's driver answers 0.
     */
    private XAException mapped(XAException failure, String verb, @Nullable Xid xid) {
        SQLException cause = XaFailure.sql(failure);
        unit.failed(cause);
        int code = failure.errorCode;
        if (unit.serving() == null || code == 0 || code == XAException.XAER_RMERR) {
            code = XAException.XAER_RMFAIL;
        }
        return XaFailure.of(code, verb, xid, String.valueOf(cause.getMessage()), failure);
    }

    private static boolean sameBranch(Xid a, @Nullable Xid b) {
        return b != null
                && (a == b
                        || (a.getFormatId() == b.getFormatId()
                                && Objects.deepEquals(a.getGlobalTransactionId(), b.getGlobalTransactionId())
                                && Objects.deepEquals(a.getBranchQualifier(), b.getBranchQualifier())));
    }
}
