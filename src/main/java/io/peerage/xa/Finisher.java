/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Background;
import io.peerage.peer.Peer;
import io.peerage.peer.Unforeseen;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Carries decisions out on one peer, in the background, over one short-lived connection at a time however many there
 * are, until the peer has heard them all.
 *
 * <p>A verb is sent only for a branch that the peer lists as prepared, so never again after it has run. The server
 * answers XAER_NOTA also while another session has the branch in hand; that counts only if the list agrees.
 *
 * <p>Thread-safe.
 */
final class Finisher {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_DOUBLINGS = 6;

    private final Peer peer;
    private final Branches.Opener opener;
    private final Predicate<Peer> lost;
    private final Decisions decisions;
    private final Background background;
    private final RecoveryLog log;
    /** One object for all attempts: where no thread can be had, it waits for one only once. */
    private final Runnable attempt = this::attempt;

    /** Guarded by {@code this}. */
    private final Set<Decision> pending = new LinkedHashSet<>();
    /** Whether an attempt is under way. Guarded by {@code this}. */
    private boolean running;
    /** Whether one was added since the attempt under way began. Guarded by {@code this}. */
    private boolean more;
    /** How many attempts in a row left something undone. Guarded by {@code this}. */
    private int attempts;
    /** Guarded by {@code this}. */
    private @Nullable Runnable cancelNext;

    /** @param lost whether the operator declared the peer lost: nothing is tried then, nor forgotten */
    Finisher(
            Peer peer,
            Branches.Opener opener,
            Predicate<Peer> lost,
            Decisions decisions,
            Background background,
            RecoveryLog log) {
        this.peer = peer;
        this.opener = opener;
        this.lost = lost;
        this.decisions = decisions;
        this.background = background;
        this.log = log;
    }

    /** Takes charge of {@code decision}; the first attempt begins at once. */
    void add(Decision decision) {
        synchronized (this) {
            pending.add(decision);
        }
        hurry();
    }

    /** Gives {@code decision} back; returns false if it is being delivered just now, or has ended. */
    synchronized boolean release(Decision decision) {
        return !running && pending.remove(decision);
    }

    /** Returns whether nothing is left to deliver. */
    synchronized boolean isIdle() {
        return !running && pending.isEmpty();
    }

    /** Tries again now what is left. */
    void hurry() {
        synchronized (this) {
            attempts = 0;
            more = true;
            if (cancelNext != null) {
                cancelNext.run();
                cancelNext = null;
            }
        }
        background.execute(attempt);
    }

    private void attempt() {
        Map<Credentials, List<Decision>> todo = new LinkedHashMap<>();
        synchronized (this) {
            if (running || pending.isEmpty() || lost.test(peer)) {
                return;
            }
            running = true;
            more = false;
            for (Decision decision : pending) {
                todo.computeIfAbsent(decision.credentials(), any -> new ArrayList<>())
                        .add(decision);
            }
        }
        try {
            todo.forEach(this::attempt);
        } finally {
            planNext();
        }
    }

    private void planNext() {
        synchronized (this) {
            running = false;
            pending.removeIf(decision -> decision.outcome().isDone());
            if (pending.isEmpty()) {
                attempts = 0;
                return;
            }
            if (!more) {
                long pause = FIRST_PAUSE_NANOS << Math.min(attempts++, MOST_DOUBLINGS);
                cancelNext = background.after(pause, attempt);
                return;
            }
        }
        background.execute(attempt);
    }

    private void attempt(Credentials credentials, List<Decision> todo) {
        try (Branches branches = opener.open(peer, credentials)) {
            for (Decision decision : todo) {
                LostSession session = decision.session();
                if (session != null && branches.ended(session)) {
                    decision.sessionEnded();
                }
            }
            // Only now: the words of a session that has ended have all had their effect.
            Set<BranchXid> prepared = branches.prepared();
            for (Decision decision : todo) {
                if (decision.session() == null) {
                    finish(decision, branches, prepared);
                }
            }
        } catch (SQLException | XAException | RuntimeException e) {
            met(todo, e);
        } catch (Error e) {
            met(todo, Unforeseen.of(e));
        }
    }

    private void finish(Decision decision, Branches branches, Set<BranchXid> prepared)
            throws SQLException, XAException {
        if (!prepared.contains(decision.xid())) {
            end(decision, decision.isSent() ? Decision.Outcome.DONE : Decision.Outcome.GONE);
            return;
        }
        try {
            branches.complete(decision.xid(), decision.verb());
            end(decision, Decision.Outcome.DONE);
        } catch (SQLException e) {
            decision.sent();
            throw e;
        } catch (XAException e) {
            refused(decision, branches, e);
        }
    }

    private void refused(Decision decision, Branches branches, XAException answer) throws SQLException, XAException {
        if (XaFailure.isRollback(answer.errorCode)) {
            // Nothing can be rolled back of a prepared branch but by a decision. MariaDB says this (1402) of one that
            // changed nothing, which it does not keep when its session ends, and lists all the same.
            end(decision, Decision.Outcome.DONE);
        } else if (answer.errorCode == XAException.XAER_NOTA
                && !branches.prepared().contains(decision.xid())) {
            end(decision, decision.isSent() ? Decision.Outcome.DONE : Decision.Outcome.GONE);
        } else {
            met(decision, answer);
        }
    }

    private void end(Decision decision, Decision.Outcome outcome) {
        decisions.end(decision, outcome);
        if (decision.isAnnounced()) {
            log.finished(decision, outcome);
        }
    }

    private void met(List<Decision> todo, Exception obstacle) {
        todo.forEach(decision -> met(decision, obstacle));
    }

    private void met(Decision decision, Exception obstacle) {
        if (!decision.outcome().isDone()) {
            decision.obstacle(obstacle);
            if (decision.announce()) {
                log.inDoubt(decision, obstacle);
            }
        }
    }
}
