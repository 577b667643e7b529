/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Causes;
import io.peerage.peer.Peer;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import io.peerage.peer.Unforeseen;
import io.peerage.server.ReachedServer;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Carries decisions out on one peer, in the background, over one short-lived connection at a time however many there
 * are, until the peer has heard them all.
 *
 * <p>A verb is sent only for a branch that the peer lists as prepared, so never again after it has run. The server
 * answers XAER_NOTA also while another session has the branch in hand; that counts only if the list agrees. To a server
 * that lists none for this user the verb is sent at once: it finds the branch, or does nothing.
 *
 * <p>That a branch is gone, only the server knows that prepared it. The peer's address may lead to others: then some more
 * connections look for it, and the decision is kept until one finds it; but a rollback of what never voted for a while.
 *
 * <p>Thread-safe.
 */
final class BranchCompleter {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_DOUBLINGS = 6;

    /** For how long a branch that may be prepared late is looked for, once the peer can be asked. */
    static final long MAY_BE_LATE_NANOS = TimeUnit.SECONDS.toNanos(90);

    /**
     * For how long only the server of a branch is trusted with its decision, not another one that lists it too: the session
     * that was lost may still have the branch in hand there, or the COMMIT be on its way. A server ends a session within
     * seconds whose connection was reset, and whoever takes the place of another one keeps it for longer.
     */
    static final long ORIGIN_FIRST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Peer peer;
    private final Branches.Opener opener;
    private final Function<Peer, Set<ServerId>> known;
    private final Predicate<Peer> lost;
    private final Decisions decisions;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final RecoveryLog log;
    private final Listener listener;
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

    /** Hears what becomes of decisions, on the thread of the attempt. */
    interface Listener {

        /** It is about to end. */
        void ended(Decision decision);

        /** The server of these could not be found behind the address of the peer, which led elsewhere. */
        void astray(List<Decision> decisions);
    }

    /**
     * @param known the servers behind the address of the peer
     * @param lost whether the operator declared the peer lost: nothing is tried then, nor forgotten
     */
    BranchCompleter(
            Peer peer,
            Branches.Opener opener,
            Function<Peer, Set<ServerId>> known,
            Predicate<Peer> lost,
            Decisions decisions,
            Scheduler scheduler,
            Ticker ticker,
            RecoveryLog log,
            Listener listener) {
        this.peer = peer;
        this.opener = opener;
        this.known = known;
        this.lost = lost;
        this.decisions = decisions;
        this.scheduler = scheduler;
        this.ticker = ticker;
        this.log = log;
        this.listener = listener;
    }

    /** Takes charge of {@code decision}; the first attempt begins at once. */
    void add(Decision decision) {
        decision.taken(ticker.nanos());
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
        scheduler.execute(attempt);
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
                cancelNext = scheduler.after(pause, attempt);
                return;
            }
        }
        scheduler.execute(attempt);
    }

    private void attempt(Credentials credentials, List<Decision> todo) {
        List<Decision> left = todo;
        SQLException failure = null;
        Set<ServerId> met = new LinkedHashSet<>();
        List<Branches> others = new ArrayList<>();
        Deque<Branches> opened = new ArrayDeque<>();
        boolean lent = false;
        try {
            int most = PeerScans.mostConnections(known.apply(peer).size());
            for (int i = 0; i < most && !left.isEmpty() && !lent && failure == null; i++) {
                Branches branches;
                try {
                    branches = opener.open(peer, credentials);
                } catch (SQLException e) {
                    if (opened.isEmpty()) {
                        throw e;
                    }
                    failure = e;
                    continue;
                }
                opened.add(branches);
                ReachedServer reached = branches.reached();
                deliver(on(reached, left, true), branches);
                left = on(reached, left, false);
                lent = reached.lent();
                if (reached.server() == null ? others.isEmpty() : met.add(reached.server())) {
                    others.add(branches);
                }
                if (!left.isEmpty()) {
                    branches.avoidAddress();
                }
            }
            if (failure == null) {
                deliverElsewhere(left, others);
            }
            settle(left, failure, met, lent);
        } catch (SQLException | XAException | RuntimeException e) {
            met(left, e);
        } catch (Error e) {
            met(left, Unforeseen.of(e));
        } finally {
            opened.forEach(Branches::close);
        }
    }

    /** Says what became of those whose server was not met: they are kept, unless nobody can ever commit them. */
    private void settle(List<Decision> left, @Nullable SQLException failure, Set<ServerId> met, boolean lent) {
        List<Decision> astray = new ArrayList<>();
        for (Decision decision : left) {
            if (decision.outcome().isDone()) {
                continue;
            }
            SQLException obstacle = elsewhere(decision.server(), met, lent);
            if (failure != null) {
                Causes.suppress(obstacle, failure);
            }
            if (decision.isUnvoted() && decision.looked(ticker.nanos()) >= MAY_BE_LATE_NANOS) {
                log.mayBePreparedElsewhere(decision, obstacle);
                endSilently(decision, Decision.Outcome.GONE);
            } else {
                met(decision, obstacle);
                astray.add(decision);
            }
        }
        if (!astray.isEmpty()) {
            listener.astray(astray);
        }
    }

    private SQLException elsewhere(@Nullable ServerId wanted, Set<ServerId> met, boolean lent) {
        if (lent) {
            return new SQLException("a proxy before peer " + peer
                    + " lends sessions of servers: which of them has the branch, if any, cannot be told");
        }
        return wanted == null
                ? new SQLException("the address of peer " + peer + " leads to " + met)
                : PeerScans.elsewhere(Set.of(wanted), peer, met);
    }

    /** Returns those of {@code decisions} that the server reached can, or cannot, tell the end of. */
    private static List<Decision> on(ReachedServer reached, List<Decision> decisions, boolean can) {
        return decisions.stream()
                .filter(decision -> !decision.outcome().isDone() && reached.isOn(decision.server()) == can)
                .toList();
    }

    private void deliver(List<Decision> todo, Branches branches) throws SQLException, XAException {
        if (todo.isEmpty()) {
            return;
        }
        Set<Decision> ending = new HashSet<>();
        Set<Decision> uncertain = new HashSet<>();
        for (Decision decision : todo) {
            LostSession session = decision.session();
            if (session != null) {
                switch (branches.end(session)) {
                    case GONE -> decision.sessionEnded();
                    case ENDING -> ending.add(decision);
                    case UNCERTAIN -> uncertain.add(decision);
                }
            }
        }
        // Only now: the words of a session that has ended have all had their effect.
        Set<BranchXid> prepared;
        try {
            prepared = branches.prepared();
        } catch (XAException e) {
            if (!XaFailure.isListingRefused(e)) {
                throw e;
            }
            for (Decision decision : todo) {
                if (!ending.contains(decision)) {
                    finishUnlisted(decision, branches, uncertain.contains(decision), e);
                }
            }
            return;
        }
        for (Decision decision : todo) {
            if (!ending.contains(decision)) {
                finish(decision, branches, prepared, uncertain.contains(decision));
            }
        }
    }

    /**
     * Delivers what exactly one other server than the one that prepared it lists as well, and takes writes: it has the
     * branch by replication, and has taken the place of its origin. What it does not list, it knows nothing of. Where the
     * origin is not known it cannot be looked for; else it has been, and may be there all the same.
     */
    private void deliverElsewhere(List<Decision> left, List<Branches> others) throws SQLException, XAException {
        List<Decision> todo = left.stream()
                .filter(decision -> !decision.outcome().isDone()
                        && (decision.server() == null || decision.age(ticker.nanos()) >= ORIGIN_FIRST_NANOS))
                .toList();
        if (todo.isEmpty()) {
            return;
        }
        Map<Decision, List<Branches>> takers = new LinkedHashMap<>();
        for (Branches branches : others) {
            Set<BranchXid> prepared;
            try {
                prepared = branches.prepared();
            } catch (XAException e) {
                if (XaFailure.isListingRefused(e)) {
                    continue;
                }
                throw e;
            }
            List<Decision> listed = todo.stream()
                    .filter(decision -> prepared.contains(decision.xid()))
                    .toList();
            if (!listed.isEmpty() && !branches.isReadOnly()) {
                listed.forEach(decision -> takers.computeIfAbsent(decision, any -> new ArrayList<>())
                        .add(branches));
            }
        }
        for (Map.Entry<Decision, List<Branches>> entry : takers.entrySet()) {
            Decision decision = entry.getKey();
            if (entry.getValue().size() == 1
                    && tell(decision, entry.getValue().get(0), answer -> met(decision, answer))) {
                end(decision, Decision.Outcome.DONE);
            }
        }
    }

    private void finish(Decision decision, Branches branches, Set<BranchXid> prepared, boolean uncertain)
            throws SQLException, XAException {
        if (!prepared.contains(decision.xid())) {
            absent(decision, uncertain);
            return;
        }
        XAException[] refusal = new XAException[1];
        if (tell(decision, branches, answer -> refusal[0] = answer)) {
            end(decision, Decision.Outcome.DONE);
        } else if (isUnknown(refusal[0]) && !branches.prepared().contains(decision.xid())) {
            absent(decision, uncertain);
        } else {
            met(decision, uncertain && isUnknown(refusal[0]) ? inHand(decision, refusal[0]) : refusal[0]);
        }
    }

    private static XAException inHand(Decision decision, XAException answer) {
        return XaFailure.of(
                answer.errorCode,
                decision.verb().name(),
                decision.xid(),
                "a session has the branch in hand that cannot be told from a stranger's, so it was not ended: it ends by"
                        + " itself, or by hand",
                answer);
    }

    /**
     * Delivers a decision to a server that lists no branches for this user: it takes the verb all the same. Then XAER_NOTA
     * says that there is no such branch only if no session can have it in hand.
     */
    private void finishUnlisted(Decision decision, Branches branches, boolean uncertain, XAException listing)
            throws SQLException {
        XAException[] refusal = new XAException[1];
        if (tell(decision, branches, answer -> refusal[0] = answer)) {
            end(decision, Decision.Outcome.DONE);
        } else if (!isUnknown(refusal[0])) {
            met(decision, refusal[0]);
        } else if (decision.isUnvoted() || (!uncertain && decision.isSessionEnded())) {
            absent(decision, uncertain);
        } else {
            met(decision, listing);
        }
    }

    private static boolean isUnknown(XAException answer) {
        return answer.errorCode == XAException.XAER_NOTA;
    }

    /** Sends the verb; returns whether it is done, having passed what else the server answers to {@code refused}. */
    private static boolean tell(Decision decision, Branches branches, Consumer<XAException> refused)
            throws SQLException {
        try {
            branches.complete(decision.xid(), decision.verb());
            return true;
        } catch (SQLException e) {
            decision.sent();
            throw e;
        } catch (XAException e) {
            if (XaFailure.isRollback(e.errorCode)) {
                // Nothing can be rolled back of a prepared branch but by a decision. MariaDB says this (1402) of one
                // that
                // changed nothing, which it does not keep when its session ends, and lists all the same.
                return true;
            }
            refused.accept(e);
            return false;
        }
    }

    /** The server of the branch does not have it, at the moment. */
    private void absent(Decision decision, boolean uncertain) {
        if (uncertain && decision.isUnvoted()) {
            if (decision.looked(ticker.nanos()) < MAY_BE_LATE_NANOS) {
                return;
            }
            log.mayBePreparedLate(decision);
        }
        end(decision, decision.isSent() ? Decision.Outcome.DONE : Decision.Outcome.GONE);
    }

    private void end(Decision decision, Decision.Outcome outcome) {
        endSilently(decision, outcome);
        if (decision.isAnnounced()) {
            log.finished(decision, outcome);
        }
    }

    private void endSilently(Decision decision, Decision.Outcome outcome) {
        listener.ended(decision);
        decisions.end(decision, outcome);
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
