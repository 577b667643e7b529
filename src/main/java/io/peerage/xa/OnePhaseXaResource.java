/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.PhysicalConnection;
import io.peerage.xa.TransactionState.Stage;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * Global transactions as local ones of the peer that was dealt, for peers that cannot do XA ({@code
 * TwoPhaseCommit=false}): a transaction in which this is the only resource is committed in one phase; one that needs
 * two is refused. Nothing is ever prepared, so there is nothing to recover.
 */
public final class OnePhaseXaResource extends TransactionResource {

    private static final Xid[] NOTHING = {};

    private final LocalWork work;

    public OnePhaseXaResource(UnitOfWork unit, TransactionState state) {
        super(unit, state);
        this.work = new LocalWork(unit);
    }

    @Override
    boolean isOnePhase() {
        return true;
    }

    /** Begins a local transaction. Sends nothing by itself. */
    @Override
    void begin(Xid xid) throws XAException {
        PhysicalConnection link;
        try {
            link = unit.slot().begin();
        } catch (SQLException e) {
            throw XaFailure.noConnection(xid, e);
        }
        try {
            link.session().beginLocal();
        } catch (SQLException e) {
            throw failure(XAException.XAER_OUTSIDE, "START", xid, e);
        }
    }

    /**
     * Votes read-only if nothing has run in the transaction; else rolls it back.
     *
     * @throws XAException XA_RBROLLBACK, always but for that: the message names the property
     */
    @Override
    int vote(Xid xid) throws XAException {
        PhysicalConnection link = completing("PREPARE", xid);
        boolean untouched = link.isUntouched();
        undo(xid);
        if (untouched) {
            return XA_RDONLY;
        }
        throw failure(
                XAException.XA_RBROLLBACK,
                "PREPARE",
                xid,
                "rolled back: TwoPhaseCommit is false, so this pool takes part only in transactions without another"
                        + " resource; use one pool per transaction, or set TwoPhaseCommit to true if all peers can do XA");
    }

    /**
     * Commits the local transaction. Sends nothing if nothing ran in it.
     *
     * @throws XAException XA_RBROLLBACK if it was rolled back instead; XAER_RMFAIL if the connection was lost while
     *     committing, or the server was leaving its cluster: the outcome is not known; XAER_NOTA for a branch that is
     *     not this connection's
     */
    @Override
    void complete(Xid xid, boolean onePhase) throws XAException {
        requireOwn("COMMIT", xid);
        LocalWork.Commit commit = work.commit(completing("COMMIT", xid));
        switch (commit.outcome()) {
            case COMMITTED -> forgetBranch();
            case IN_DOUBT -> throw inDoubt("COMMIT", xid, commit.failure());
            case ROLLED_BACK -> throw rolledBack("COMMIT", xid, commit.reason(), commit.failure());
        }
    }

    /**
     * Rolls back; on a lost connection the server has done so.
     *
     * @throws XAException XAER_RMFAIL if the server lives and refuses: the transaction is open still; or if the outcome
     *     of a commit is not known; XAER_NOTA as {@link #commit}
     */
    @Override
    void undo(Xid xid) throws XAException {
        requireOwn("ROLLBACK", xid);
        if (state.stage() == Stage.IN_DOUBT) {
            throw inDoubt("ROLLBACK", xid, null);
        }
        PhysicalConnection link = unit.slot().serving();
        if (link != null && state.isManaged() && !revoked()) {
            try {
                work.rollBack(link);
            } catch (SQLException e) {
                throw failure(XAException.XAER_RMFAIL, "ROLLBACK", xid, e);
            }
        }
        forgetBranch();
    }

    private void requireOwn(String verb, Xid xid) throws XAException {
        if (!state.isOwn(xid)) {
            throw failure(XAException.XAER_NOTA, verb, xid, "TwoPhaseCommit is false: nothing is prepared");
        }
    }

    /** Returns nothing, and opens nothing: nothing is ever prepared. */
    @Override
    public Xid[] recover(int flags) {
        return NOTHING;
    }

    @Override
    void forgetElsewhere(Xid xid) {
        // nothing is kept
    }
}
