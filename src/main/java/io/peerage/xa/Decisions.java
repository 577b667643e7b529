/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decisions under way, one for each branch, and those that ended after their transaction manager had been told that
 * the peer cannot be reached: it will ask again, and must hear what has become of the branch.
 *
 * <p>Thread-safe: each step is one under the lock, so that a repeated decision never falls between "under way" and
 * "ended".
 */
final class Decisions {

    /** How many ended decisions are remembered; the oldest go first. A transaction manager asks again within minutes. */
    private static final int MOST_ENDED = 4_096;

    /** Guarded by {@code this}; in the order in which they were made. */
    private final Map<BranchXid, Entry> entries = new LinkedHashMap<>();
    /** Guarded by {@code this}. */
    private int ended;

    private static final class Entry {
        final Decision decision;
        /** Whether somebody was told that the outcome is not known yet. */
        boolean awaited;

        Entry(Decision decision) {
            this.decision = decision;
        }
    }

    /** Returns the decision for the branch of {@code made} that stands: {@code made}, or the one made before. */
    synchronized Decision decide(Decision made) {
        Entry before = entries.get(made.xid());
        if (before != null) {
            return before.decision;
        }
        entries.put(made.xid(), new Entry(made));
        return made;
    }

    /** Returns the decision made for {@code xid}, under way or ended, or null. */
    synchronized @Nullable Decision find(BranchXid xid) {
        Entry entry = entries.get(xid);
        return entry == null ? null : entry.decision;
    }

    /**
     * Records that the transaction manager is about to be told that {@code decision} is not known to have ended.
     *
     * @return false if it has ended meanwhile
     */
    synchronized boolean putOff(Decision decision) {
        if (decision.outcome().isDone()) {
            return false;
        }
        Entry entry = entries.get(decision.xid());
        if (entry != null) {
            entry.awaited = true;
        }
        return true;
    }

    /** Ends {@code decision}; it is remembered if somebody was told before that it is not known. */
    synchronized void end(Decision decision, Decision.Outcome outcome) {
        decision.outcome().complete(outcome);
        Entry entry = entries.get(decision.xid());
        if (entry == null || entry.decision != decision) {
            return;
        }
        if (entry.awaited) {
            ended++;
            forgetOldest();
        } else {
            entries.remove(decision.xid());
        }
    }

    /** Forgets a decision that has ended; one under way stays. */
    synchronized void forget(BranchXid xid) {
        Entry entry = entries.get(xid);
        if (entry != null && entry.decision.outcome().isDone()) {
            entries.remove(xid);
            ended--;
        }
    }

    private void forgetOldest() {
        Iterator<Entry> oldest = entries.values().iterator();
        while (ended > MOST_ENDED && oldest.hasNext()) {
            if (oldest.next().decision.outcome().isDone()) {
                oldest.remove();
                ended--;
            }
        }
    }
}
