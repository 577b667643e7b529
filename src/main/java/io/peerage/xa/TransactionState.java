/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Where the transaction of a managed connection stands, be it the container's local one or a branch of a global one.
 * The one place that knows: {@link PeerLocalTransaction} and {@link TransactionResource} move it, the managed
 * connection and its handles read it.
 *
 * <pre>
 *   NONE -> ACTIVE -> ENDED -> IDLE -> PREPARED -> NONE      (IDLE and PREPARED: two-phase commit only)
 *             |  ^_____/ |      |
 *             +----------+------+--> NONE          completed
 *             +----------+------+--> ROLLED_BACK   lost, or taken back by the container, and that was told
 *                        +------+--> IN_DOUBT      the answer to the commit was lost
 *   NONE -> UNSTARTED -> NONE
 * </pre>
 *
 * <p>Moved by one thread at a time, as transaction managers do; may be read from any.
 */
public final class TransactionState {

    /** What the transaction manager may ask for next depends on it. */
    enum Stage {
        /** No transaction, or none any more. */
        NONE(false, true),
        /** The connection was lost before the branch could start: nothing ever ran in it. */
        UNSTARTED(false, true),
        /** Statements run in the transaction. */
        ACTIVE(true, false),
        /** Ended or suspended for the transaction manager, still active for the server. */
        ENDED(true, false),
        /** Ended for the server as well. */
        IDLE(true, false),
        /** Prepared: it outlives the connection. */
        PREPARED(true, false),
        /** Rolled back, or to be by the server as soon as it sees that the connection is lost. */
        ROLLED_BACK(false, true),
        /** The answer to the commit was lost: only the data can tell what became of it. */
        IN_DOUBT(false, true);

        private final boolean managed;
        private final boolean vacant;

        Stage(boolean managed, boolean vacant) {
            this.managed = managed;
            this.vacant = vacant;
        }
    }

    private volatile Stage stage = Stage.NONE;
    /** Null for a local transaction of the container, and for none. */
    private @Nullable BranchXid branch;
    /** The thread that works in the transaction. */
    private volatile long thread;

    Stage stage() {
        return stage;
    }

    /** Returns whether the container demarcates the transaction in which statements run now. */
    public boolean isManaged() {
        return stage.managed;
    }

    /**
     * Returns whether there is a transaction whose fate has not been told to who began it: nothing else may run in its
     * place before that.
     */
    public boolean isPending() {
        Stage now = stage;
        return now != Stage.NONE && now != Stage.ROLLED_BACK;
    }

    /** Returns whether another transaction may begin here: all that could be told of the last one has been. */
    boolean isVacant() {
        return stage.vacant;
    }

    /** Returns whether a local transaction of the container is active. */
    boolean isLocal() {
        return stage == Stage.ACTIVE && branch == null;
    }

    boolean isOwn(Xid xid) {
        return branch != null && branch.equals(BranchXid.of(xid));
    }

    boolean is(Stage expected, Xid xid) {
        return stage == expected && isOwn(xid);
    }

    /** The calling thread works in the transaction from now on, or tries to. */
    void entered() {
        thread = Thread.currentThread().getId();
    }

    /**
     * Returns whether the application may be at work while the calling thread ends the transaction. When its time is
     * over, managers roll it back from a thread of their own (Narayana's reaper, the timers of Payara and GlassFish).
     * Once the server has rolled back, what the application sends next would run outside any transaction and last. So
     * the connection is to be ended instead, which rolls back as well and lets nothing more through.
     */
    boolean mayGoOn(UnitOfWork unit) {
        return unit.isInUse() && thread != Thread.currentThread().getId();
    }

    /**
     * Statements run in it from now on.
     *
     * @param xid null for a local transaction of the container
     */
    void started(@Nullable Xid xid) {
        branch = xid == null ? null : BranchXid.of(xid);
        stage = Stage.ACTIVE;
    }

    void unstarted(Xid xid) {
        branch = BranchXid.of(xid);
        stage = Stage.UNSTARTED;
    }

    /** The same transaction, one step on. */
    void become(Stage next) {
        stage = next;
    }

    /** Takes note that the container has taken the connection back, and what was open on it was undone. */
    public void takenBack() {
        switch (stage) {
            case ACTIVE, ENDED, IDLE -> stage = branch == null ? Stage.NONE : Stage.ROLLED_BACK;
            case NONE, UNSTARTED, PREPARED, ROLLED_BACK, IN_DOUBT -> {
                // nothing was open
            }
        }
    }

    /** It is completed and forgotten. */
    void over() {
        stage = Stage.NONE;
        branch = null;
    }
}
