/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * A clock and background threads that stand still until a test moves them; cheap enough for thousands of groups. Work
 * may let time pass itself, as a slow connect does. Confined to the test's thread.
 */
public final class SimulatedTime implements Ticker, Scheduler {

    private final PriorityQueue<Planned> planned = new PriorityQueue<>(
            Comparator.comparingLong((Planned plan) -> plan.at).thenComparingLong(plan -> plan.sequence));
    private long now = 1_000_000_000_000L;
    private long sequence;

    private static final class Planned {
        final long at;
        final long sequence;
        final Runnable work;
        boolean cancelled;

        Planned(long at, long sequence, Runnable work) {
            this.at = at;
            this.sequence = sequence;
            this.work = work;
        }
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void execute(Runnable work) {
        planned.add(new Planned(now, sequence++, work));
    }

    @Override
    public Runnable after(long delayNanos, Runnable work) {
        Planned plan = new Planned(now + delayNanos, sequence++, work);
        planned.add(plan);
        return () -> plan.cancelled = true;
    }

    /** Whoever waits lets time pass until something happens that was planned, or the wait is over. */
    @Override
    public void await(Condition condition, long nanos) {
        Planned next = planned.peek();
        pass(next == null ? nanos : Math.max(0, Math.min(next.at - now, nanos)), TimeUnit.NANOSECONDS);
    }

    /** Returns how much is planned. */
    public int plans() {
        return (int) planned.stream().filter(plan -> !plan.cancelled).count();
    }

    /** Runs what was to run at once. */
    public void settle() {
        pass(0, TimeUnit.NANOSECONDS);
    }

    /** Lets time pass, running what falls due on the way, in order. */
    public void pass(long amount, TimeUnit unit) {
        long end = now + unit.toNanos(amount);
        for (Planned next = planned.peek(); next != null && next.at <= end; next = planned.peek()) {
            planned.remove();
            if (!next.cancelled) {
                now = Math.max(now, next.at);
                next.work.run();
            }
        }
        now = Math.max(now, end);
    }
}
