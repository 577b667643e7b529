/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import io.peerage.xa.TransactionState.Stage;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The one stable XAResource of a managed connection, which works on whatever physical connection serves the unit of
 * work (Jakarta Connectors 2.1, "XAResource-based Transaction Contract"). What is common to one phase and two: how a
 * branch starts, ends, is joined and resumed.
 *
 * <p>A branch that could not be started because the connection was lost is kept. Payara and GlassFish keep it, too:
 * {@code UserTransaction.begin()} enlists again what a failed unit of work left behind in the same request, only logs
 * that it fails, and completes it with the rest. Nothing ever ran in it, so completing it does nothing, and succeeds.
 * To the transaction manager it is a resource, though, and with a second one it needs two phases. So a one-phase
 * resource may join it, and all of it is there from then on: that is one resource again. Where another one of ours
 * takes part already, the lost one says that it is the same: it fails to join, and there is no such branch.
 *
 * <p>Confined to one thread at a time, as transaction managers do.
 */
public abstract class TransactionResource implements XAResource {

    final UnitOfWork unit;
    final TransactionState state;
    /** Whose unstarted branch {@link #isSameRM} said yes to last: the next call may join it. */
    private @Nullable TransactionResource joinable;
    /** Where the branch is that could not be started here, or null if it is nowhere. */
    private @Nullable TransactionResource joinedBy;

    TransactionResource(UnitOfWork unit, TransactionState state) {
        this.unit = unit;
        this.state = state;
    }

    /** Begins a transaction on the server, in which statements run from now on. */
    abstract void begin(Xid xid) throws XAException;

    /** Returns whether it can do one phase only, so that a second resource would spoil the transaction. */
    abstract boolean isOnePhase();

    /** Does what {@link #prepare} does, of a branch that has started somewhere. */
    abstract int vote(Xid xid) throws XAException;

    /** Does what {@link #commit} does, of a branch that has started somewhere. */
    abstract void complete(Xid xid, boolean onePhase) throws XAException;

    /** Does what {@link #rollback} does, of a branch that has started somewhere. */
    abstract void undo(Xid xid) throws XAException;

    /** Forgets what is kept beside this connection of a branch. */
    abstract void forgetElsewhere(Xid xid);

    /**
     * Of itself: a branch that has begun cannot be joined on another connection, let alone on another peer. And, once
     * the connection is lost and no branch is left to be completed, of another that takes part: it cannot be joined
     * here, so this one, which can do nothing, does not count. And, in one phase, of one whose branch could not be
     * started.
     */
    @Override
    public final boolean isSameRM(XAResource other) {
        if (this == other) {
            return true;
        }
        joinable = null;
        if (!state.isVacant() || state.stage() == Stage.UNSTARTED || !(other instanceof TransactionResource ours)) {
            return false;
        }
        if (unit.slot().isLost()) {
            return ours.state.isPending();
        }
        if (isOnePhase() && ours.state.stage() == Stage.UNSTARTED && ours.joinedBy == null) {
            joinable = ours;
        }
        return joinable != null;
    }

    /**
     * Preconditions: no branch of this resource is active (TMNOFLAGS), or {@code xid} is the one ended last (TMJOIN,
     * TMRESUME), or one that could not be started elsewhere (TMJOIN, after {@link #isSameRM}). Postconditions:
     * statements on this connection run in {@code xid}.
     *
     * @throws XAException XAER_RMFAIL if no peer can serve or the connection is lost: the transaction manager may take
     *     another connection; XAER_OUTSIDE if the application left a transaction of its own open; XAER_PROTO if a
     *     precondition does not hold
     */
    @Override
    public final void start(Xid xid, int flags) throws XAException {
        state.entered();
        try {
            startOrGoOn(xid, flags);
            unit.joined(null);
        } catch (XAException e) {
            unit.joined(e);
            throw e;
        }
    }

    private void startOrGoOn(Xid xid, int flags) throws XAException {
        TransactionResource unstarted = joinable;
        joinable = null;
        if (flags == TMNOFLAGS && state.isVacant()) {
            startNew(xid);
        } else if (flags == TMJOIN && unstarted != null && unstarted.mayBeJoined(xid) && state.isVacant()) {
            startNew(xid);
            unstarted.joinedBy = this;
        } else if (flags != TMNOFLAGS && state.is(Stage.ENDED, xid)) {
            state.become(Stage.ACTIVE);
        } else if (state.isVacant() && unit.slot().isLost()) {
            throw failure(XAException.XAER_RMFAIL, "START", xid, "no connection: it was lost");
        } else {
            throw failure(XAException.XAER_PROTO, "START", xid, "not possible on this connection now");
        }
    }

    private boolean mayBeJoined(Xid xid) {
        return state.is(Stage.UNSTARTED, xid) && joinedBy == null;
    }

    private void startNew(Xid xid) throws XAException {
        forgetBranch();
        try {
            begin(xid);
        } catch (XAException e) {
            if (unit.slot().isLost()) {
                state.unstarted(xid);
            }
            throw e;
        }
        state.started(xid);
    }

    /**
     * Preconditions: {@code xid} is active here, or was suspended. Postconditions: the branch waits for its completion,
     * or to be joined or resumed. Never fails for a lost connection: what follows says so.
     */
    @Override
    public final void end(Xid xid, int flags) throws XAException {
        if (state.is(Stage.UNSTARTED, xid) || state.is(Stage.ROLLED_BACK, xid)) {
            return;
        }
        if (!state.is(Stage.ACTIVE, xid) && !state.is(Stage.ENDED, xid)) {
            throw failure(XAException.XAER_PROTO, "END", xid, "not active on this connection");
        }
        state.become(Stage.ENDED);
    }

    @Override
    public final int prepare(Xid xid) throws XAException {
        if (!state.is(Stage.UNSTARTED, xid)) {
            return vote(xid);
        }
        try {
            return joinedBy == null ? XA_RDONLY : joinedBy.prepare(xid);
        } finally {
            forgetIfCompleted();
        }
    }

    @Override
    public final void commit(Xid xid, boolean onePhase) throws XAException {
        if (!state.is(Stage.UNSTARTED, xid)) {
            complete(xid, onePhase);
            return;
        }
        try {
            if (joinedBy != null) {
                joinedBy.commit(xid, onePhase);
            }
        } finally {
            forgetIfCompleted();
        }
    }

    @Override
    public final void rollback(Xid xid) throws XAException {
        if (!state.is(Stage.UNSTARTED, xid)) {
            undo(xid);
            return;
        }
        try {
            if (joinedBy != null) {
                joinedBy.rollback(xid);
            }
        } finally {
            forgetIfCompleted();
        }
    }

    /** Forgets what is kept of a branch for its transaction manager; the servers keep nothing to be forgotten. */
    @Override
    public final void forget(Xid xid) {
        if (state.is(Stage.IN_DOUBT, xid)) {
            forgetBranch();
        }
        forgetElsewhere(xid);
    }

    /** Also where that has failed, it is for the one that joined to say whether there is anything left to complete. */
    private void forgetIfCompleted() {
        if (joinedBy == null || !joinedBy.state.isPending()) {
            forgetBranch();
        }
    }

    final void forgetBranch() {
        state.over();
        joinedBy = null;
    }

    /** Returns the connection on which a branch that has ended can be completed. */
    final PhysicalConnection completing(String verb, Xid xid) throws XAException {
        if (state.is(Stage.IN_DOUBT, xid)) {
            throw inDoubt(verb, xid, null);
        }
        PhysicalConnection link = unit.slot().serving();
        if (state.is(Stage.ROLLED_BACK, xid) || (isEnded(xid) && link == null)) {
            throw rolledBack(verb, xid, "the connection was lost before: the server has rolled it back", null);
        }
        if (link == null || !isEnded(xid)) {
            throw failure(XAException.XAER_PROTO, verb, xid, "not ended on this connection");
        }
        return link;
    }

    private boolean isEnded(Xid xid) {
        return state.is(Stage.ENDED, xid) || state.is(Stage.IDLE, xid);
    }

    /**
     * Gives the branch up. The code says XA_RBROLLBACK and not XA_RBCOMMFAIL, which Payara takes for an invitation to
     * try again after a minute's sleep of the application's thread.
     */
    final XAException rolledBack(String verb, Xid xid, String why, @Nullable Exception cause) {
        state.become(Stage.ROLLED_BACK);
        return XaFailure.of(XAException.XA_RBROLLBACK, verb, xid, why, cause);
    }

    /** Gives the branch up whose commit in one phase got no answer that says what became of it. */
    final XAException inDoubt(String verb, Xid xid, @Nullable Exception cause) {
        state.become(Stage.IN_DOUBT);
        String why = unit.slot().serving() != null && cause != null
                ? String.valueOf(cause.getMessage())
                : "the connection was lost while committing";
        return XaFailure.of(
                XAException.XAER_RMFAIL,
                verb,
                xid,
                why + ": the server has committed or rolled back, which only its data can tell",
                cause);
    }

    /** Ends the connection under an application that may be at work; returns false if it is not. */
    final boolean revoked() {
        boolean mayGoOn = state.mayGoOn(unit);
        if (mayGoOn) {
            unit.slot().revoke();
        }
        return mayGoOn;
    }

    static XAException failure(int code, String verb, Xid xid, String why) {
        return XaFailure.of(code, verb, xid, why, null);
    }

    static XAException failure(int code, String verb, Xid xid, SQLException cause) {
        return XaFailure.of(code, verb, xid, String.valueOf(cause.getMessage()), cause);
    }

    /** Returns 0: the time-out is the transaction manager's. */
    @Override
    public final int getTransactionTimeout() {
        return 0;
    }

    /** Returns false: MySQL and MariaDB have no time-out for a branch. */
    @Override
    public final boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
