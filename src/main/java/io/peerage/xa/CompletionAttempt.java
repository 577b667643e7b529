/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ReachedServer;
import io.peerage.xa.Branches.Fate;
import io.peerage.xa.Decision.Outcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to deliver decisions of one user to the servers behind the address of one peer, one after the other.
 *
 * <p>A verb is sent only for a branch that the server lists as prepared, so never again after it has run. The server
 * answers XAER_NOTA also while another session has the branch in hand; that counts only if the list agrees. To a server
 * that lists none for this user the verb is sent at once: it finds the branch, or does nothing.
 *
 * <p>That a branch is gone, only the server knows that prepared it. The peer's address may lead to others: then some
 * more connections look for it, and the decision is kept until one finds it; but a rollback of what never voted for a
 * while.
 */
final class CompletionAttempt extends AddressWalk {

    /** For how long a branch that may be prepared late is looked for, once the peer can be asked. */
    static final long MAY_BE_LATE_NANOS = TimeUnit.SECONDS.toNanos(90);

    /**
     * For how long only the server of a branch is trusted with its decision, not another one that lists it too: the
     * session that was lost may still have the branch in hand there, or the COMMIT be on its way. A server ends a
     * session within seconds whose connection was reset, and whoever takes the place of another one keeps it for
     * longer.
     */
    static final long ORIGIN_FIRST_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Those whose server was not met so far. */
    private List<Decision> left;
    /** One connection to each server met. */
    private final List<Branches> servers = new ArrayList<>();
    /** Whether a proxy lends sessions of servers: none of them can be met then. */
    private boolean lent;

    CompletionAttempt(RecoveryGroup group, Peer peer, List<Decision> decisions) {
        super(group, peer);
        this.left = decisions;
    }

    /** Makes the attempt; returns those to be kept whose server was not met, though the address leads somewhere. */
    List<Decision> run(Credentials credentials) {
        try {
            walk(credentials);
            return keepAstray();
        } catch (SQLException | XAException | RuntimeException e) {
            left.forEach(decision -> delayed(decision, e));
            return List.of();
        }
    }

    @Override
    int most() {
        return left.isEmpty() || lent ? 0 : bound;
    }

    @Override
    void visit(Branches branches, boolean isNew) throws SQLException, XAException {
        ReachedServer reached = branches.reached();
        deliver(of(reached, true), branches);
        left = of(reached, false);
        lent = reached.lent();
        if (isNew || servers.isEmpty()) {
            servers.add(branches);
        }
    }

    /** Returns those left of whose end the server reached can tell, or cannot. */
    private List<Decision> of(ReachedServer reached, boolean can) {
        return left.stream()
                .filter(decision -> !decision.isEnded() && reached.isOn(decision.server()) == can)
                .toList();
    }

    private void deliver(List<Decision> todo, Branches branches) throws SQLException, XAException {
        if (todo.isEmpty()) {
            return;
        }
        Map<Decision, Fate> sessions = new LinkedHashMap<>();
        for (Decision decision : todo) {
            sessions.put(decision, endSession(decision, branches));
        }
        // Only now: the words of a session that has ended have all had their effect.
        Listing listing = Listing.of(branches);
        for (Decision decision : todo) {
            Fate fate = sessions.get(decision);
            if (fate != Fate.ENDING) {
                deliver(decision, listing, fate == Fate.UNCERTAIN);
            }
        }
    }

    /** Ends the session that has the branch in hand, if it was one of ours. */
    private static Fate endSession(Decision decision, Branches branches) throws SQLException {
        LostSession session = decision.session();
        Fate fate = session == null ? Fate.GONE : branches.end(session);
        if (session != null && fate == Fate.GONE) {
            decision.sessionEnded();
        }
        return fate;
    }

    /** @param uncertain whether the lost session may still have the branch in hand, or prepare it late */
    private void deliver(Decision decision, Listing listing, boolean uncertain) throws SQLException, XAException {
        if (listing.refused() == null && !listing.contains(decision)) {
            absent(decision, uncertain);
            return;
        }
        XAException refusal = tell(decision, listing.server());
        if (refusal == null || refusal.errorCode != XAException.XAER_NOTA) {
            heard(decision, refusal);
        } else if (listing.refused() != null) {
            // There is no such branch only if no session can have it in hand.
            if (!decision.isVoted() || (!uncertain && decision.isSessionEnded())) {
                absent(decision, uncertain);
            } else {
                delayed(decision, listing.refused());
            }
        } else if (!listing.server().prepared().contains(decision.xid())) {
            absent(decision, uncertain);
        } else {
            delayed(decision, uncertain ? inHand(decision, refusal) : refusal);
        }
    }

    /**
     * What {@code server} lists for the user who asks.
     *
     * @param refused what it answers to a user who may not list branches; null: this one may
     */
    private record Listing(
            Branches server,
            Set<BranchXid> prepared,
            @Nullable XAException refused) {

        static Listing of(Branches branches) throws SQLException, XAException {
            try {
                return new Listing(branches, branches.prepared(), null);
            } catch (XAException e) {
                if (XaFailure.isListingRefused(e)) {
                    return new Listing(branches, Set.of(), e);
                }
                throw e;
            }
        }

        boolean contains(Decision decision) {
            return prepared.contains(decision.xid());
        }
    }

    /** Sends the verb; returns what else the server answers than that it is done, or null. */
    private static @Nullable XAException tell(Decision decision, Branches branches) throws SQLException {
        try {
            branches.complete(decision.xid(), decision.verb());
            return null;
        } catch (SQLException e) {
            decision.sent();
            throw e;
        } catch (XAException e) {
            // Nothing can be rolled back of a prepared branch but by a decision. MariaDB says this (1402) of one that
            // changed nothing, which it does not keep when its session ends, and lists all the same.
            return XaFailure.isRollback(e.errorCode) ? null : e;
        }
    }

    private static XAException inHand(Decision decision, XAException answer) {
        String why =
                "a session has the branch in hand that cannot be told from a stranger's, so it was not ended: it ends"
                        + " by itself, or by hand";
        return XaFailure.of(answer.errorCode, decision.verb().name(), decision.xid(), why, answer);
    }

    /** The server of the branch does not have it, at the moment. */
    private void absent(Decision decision, boolean uncertain) {
        if (uncertain && !decision.isVoted()) {
            if (!isLongUnsettled(decision)) {
                return;
            }
            group.log().mayBePreparedLate(decision);
        }
        end(decision, decision.isSent() ? Outcome.DONE : Outcome.GONE);
    }

    /**
     * Delivers what exactly one other server than the one that prepared it lists as well, and takes writes: it has the
     * branch by replication, and has taken the place of its origin. What it does not list, it knows nothing of. Where
     * the origin is not known it cannot be looked for; else it has been, and may be there all the same.
     */
    @Override
    void visited() throws SQLException, XAException {
        List<Decision> todo = left.stream()
                .filter(decision -> decision.server() == null || decision.age(group.now()) >= ORIGIN_FIRST_NANOS)
                .toList();
        if (refused != null || todo.isEmpty()) {
            return;
        }
        List<Listing> writable = new ArrayList<>();
        for (Branches server : servers) {
            Listing listing = Listing.of(server);
            if (todo.stream().anyMatch(listing::contains) && !server.isReadOnly()) {
                writable.add(listing);
            }
        }
        for (Decision decision : todo) {
            List<Listing> takers = writable.stream()
                    .filter(listing -> listing.contains(decision))
                    .toList();
            if (takers.size() == 1) {
                heard(decision, tell(decision, takers.get(0).server()));
            }
        }
    }

    /**
     * Keeps those whose server was not met, and returns them; but ends those that nobody can ever commit, after a
     * while.
     */
    private List<Decision> keepAstray() {
        List<Decision> astray = new ArrayList<>();
        for (Decision decision : left) {
            if (decision.isEnded()) {
                continue;
            }
            SQLException obstacle = elsewhere(decision);
            if (!decision.isVoted() && isLongUnsettled(decision)) {
                group.log().mayBePreparedElsewhere(decision, obstacle);
                group.table().end(decision, Outcome.GONE);
            } else {
                delayed(decision, obstacle);
                astray.add(decision);
            }
        }
        return astray;
    }

    private SQLException elsewhere(Decision decision) {
        if (!lent && decision.server() != null) {
            return unmet(Set.of(decision.server()));
        }
        String why = lent
                ? "a proxy before peer " + peer
                        + " lends sessions of servers: which of them has the branch, if any, cannot be told"
                : "the address of peer " + peer + " leads to " + met;
        return failure(why, null);
    }

    private boolean isLongUnsettled(Decision decision) {
        return decision.unsettled(group.now()) >= MAY_BE_LATE_NANOS;
    }

    /** @param refusal null: it is done */
    private void heard(Decision decision, @Nullable XAException refusal) {
        if (refusal == null) {
            end(decision, Outcome.DONE);
        } else {
            delayed(decision, refusal);
        }
    }

    private void end(Decision decision, Outcome outcome) {
        group.table().end(decision, outcome);
        if (decision.obstacle() != null) {
            group.log().finished(decision, outcome);
        }
    }

    private void delayed(Decision decision, Exception obstacle) {
        if (!decision.isEnded() && decision.met(obstacle)) {
            group.log().inDoubt(decision, obstacle);
        }
    }
}
