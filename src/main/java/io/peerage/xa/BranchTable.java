/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The branches known: where each is prepared, and what was decided for it. A decision is here while it is under way;
 * once ended it is remembered if its transaction manager was told that the peer cannot be reached: it will ask again,
 * and must hear what has become of the branch.
 *
 * <p>Thread-safe: each step is one under the lock, so that a repeated decision never falls between "under way" and
 * "ended".
 */
final class BranchTable {

    /** How many ended decisions are remembered; the oldest go first. A transaction manager asks again within minutes. */
    private static final int MOST_ENDED = 4_096;

    /** Guarded by {@code this}. */
    private final Map<BranchXid, Branch> branches = new HashMap<>();

    /** Guarded by {@code this}; in the order in which they ended. */
    private final Map<BranchXid, Decision> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BranchXid, Decision> eldest) {
            return size() > MOST_ENDED;
        }
    };

    private static final class Branch {
        /** Where it is prepared, since it was prepared there or recovery found it there; null: not known. */
        @Nullable Holder holder;
        /** Under way; null: nothing was decided yet. */
        @Nullable Decision decision;
        /** Whether somebody was told that the end of the decision is not known yet. */
        boolean awaited;
    }

    /** Returns where {@code xid} is prepared; null: not known. */
    synchronized @Nullable Holder holder(BranchXid xid) {
        Branch branch = branches.get(xid);
        return branch == null ? null : branch.holder;
    }

    /** Returns where {@code xid} is to be finished: where its decision goes, else where it is prepared; null: not known. */
    synchronized @Nullable Holder target(BranchXid xid) {
        Branch branch = branches.get(xid);
        return branch == null || branch.decision == null ? holder(xid) : branch.decision.holder();
    }

    /** Returns where each branch is prepared of which that is known. */
    synchronized Map<BranchXid, Holder> holders() {
        Map<BranchXid, Holder> holders = new HashMap<>();
        branches.forEach((xid, branch) -> {
            if (branch.holder != null) {
                holders.put(xid, branch.holder);
            }
        });
        return holders;
    }

    /** Returns the servers behind the address of {@code peer} where branches are prepared. */
    synchronized Set<ServerId> servers(Peer peer) {
        Set<ServerId> servers = new HashSet<>();
        for (Holder holder : holders().values()) {
            if (holder.peer() == peer && holder.server() != null) {
                servers.add(holder.server());
            }
        }
        return servers;
    }

    /** Records where {@code xid} is prepared; null: nowhere, or not known any more. */
    synchronized void hold(BranchXid xid, @Nullable Holder holder) {
        branches.compute(xid, (same, before) -> {
            Branch branch = before == null ? new Branch() : before;
            branch.holder = holder;
            return holder == null && branch.decision == null ? null : branch;
        });
    }

    /** As {@link #hold}, unless that has changed from {@code former} meanwhile, or the branch is over. */
    synchronized void replace(BranchXid xid, @Nullable Holder former, @Nullable Holder holder) {
        if (Objects.equals(holder(xid), former) && !ended.containsKey(xid)) {
            hold(xid, holder);
        }
    }

    /** Forgets what is prepared on {@code peer}; what was decided for it stays. */
    synchronized void forget(Peer peer) {
        holders().forEach((xid, holder) -> {
            if (holder.peer() == peer) {
                hold(xid, null);
            }
        });
    }

    /** Returns the decision made for {@code xid}, under way or ended, or null. */
    synchronized @Nullable Decision decision(BranchXid xid) {
        Branch branch = branches.get(xid);
        return branch != null && branch.decision != null ? branch.decision : ended.get(xid);
    }

    /** Returns the decision for the branch of {@code made} that stands: {@code made}, or the one made before. */
    synchronized Decision decide(Decision made) {
        Decision before = decision(made.xid());
        if (before != null) {
            return before;
        }
        branches.computeIfAbsent(made.xid(), any -> new Branch()).decision = made;
        return made;
    }

    /**
     * Records that the transaction manager is about to be told that {@code decision} is not known to have ended.
     *
     * @return false if it has ended meanwhile
     */
    synchronized boolean putOff(Decision decision) {
        Branch branch = branches.get(decision.xid());
        if (branch != null && branch.decision == decision) {
            branch.awaited = true;
        }
        return !decision.outcome().isDone();
    }

    /** Ends {@code decision}, and with it the branch; it is remembered if somebody was told before that it is not known. */
    synchronized void end(Decision decision, Decision.Outcome outcome) {
        BranchXid xid = decision.xid();
        Branch branch = branches.get(xid);
        if (branch != null && branch.decision == decision) {
            branches.remove(xid);
            if (branch.awaited) {
                ended.put(xid, decision);
            }
        }
        decision.outcome().complete(outcome);
    }

    /** Forgets a decision that has ended; one under way stays. */
    synchronized void forget(BranchXid xid) {
        ended.remove(xid);
    }
}
