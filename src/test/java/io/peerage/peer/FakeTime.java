/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** A clock and background threads that stand still until a test moves them. Confined to the test's thread. */
final class FakeTime implements Ticker, Scheduler {

    private long now = 1_000_000_000_000L;
    private long sequence;
    private final List<Planned> planned = new ArrayList<>();
    private final Deque<Runnable> soon = new ArrayDeque<>();

    private record Planned(long at, long sequence, Runnable work) {}

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void execute(Runnable work) {
        if (!soon.contains(work)) {
            soon.add(work);
        }
    }

    @Override
    public Runnable after(long delayNanos, Runnable work) {
        Planned plan = new Planned(now + delayNanos, sequence++, work);
        planned.add(plan);
        return () -> planned.remove(plan);
    }

    /** Runs what was to run at once. */
    void runReady() {
        while (!soon.isEmpty()) {
            soon.remove().run();
        }
    }

    /** Lets time pass, running what falls due on the way, in order. */
    void pass(long amount, TimeUnit unit) {
        long end = now + unit.toNanos(amount);
        runReady();
        while (true) {
            Planned next = planned.stream()
                    .filter(plan -> plan.at() <= end)
                    .min(Comparator.comparingLong(Planned::at).thenComparingLong(Planned::sequence))
                    .orElse(null);
            if (next == null) {
                break;
            }
            planned.remove(next);
            now = Math.max(now, next.at());
            next.work().run();
            runReady();
        }
        now = end;
    }

    /** Whoever waits lets time pass until something happens that was planned, or the wait is over. */
    @Override
    public void await(Condition condition, long nanos) {
        long next = planned.stream().mapToLong(Planned::at).min().orElse(Long.MAX_VALUE);
        pass(Math.max(0, Math.min(next - now, nanos)), TimeUnit.NANOSECONDS);
    }

    int plans() {
        return planned.size();
    }
}
