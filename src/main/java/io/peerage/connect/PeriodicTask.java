/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Scheduler;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done again and again, from a start to the next stop, whatever one round of it throws. However starts and
 * stops follow each other, one series goes on at the most, and one round is under way at a time: a round that outlasts
 * its series makes the next one skip a turn.
 *
 * <p>Thread-safe.
 */
final class PeriodicTask implements BackgroundWork.Part {

    private final Scheduler scheduler;
    private final LongSupplier pauseNanos;
    private final Runnable round;
    /** Names the series of the latest start; null while stopped. What was planned for an earlier one does nothing. */
    private final AtomicReference<@Nullable Object> series = new AtomicReference<>();

    private final AtomicBoolean underWay = new AtomicBoolean();

    /** @param pauseNanos asked after each round how long the next one is to wait */
    PeriodicTask(Scheduler scheduler, LongSupplier pauseNanos, Runnable round) {
        this.scheduler = scheduler;
        this.pauseNanos = pauseNanos;
        this.round = round;
    }

    /** Begins a series, with a round soon; the one before, if it was not stopped, ends. */
    @Override
    public void start() {
        Object mine = new Object();
        series.set(mine);
        plan(mine, 0);
    }

    /** Ends the series. Does not wait for a round under way. */
    @Override
    public void stop() {
        series.set(null);
    }

    /** Returns whether there is a series, so that a round under way is wanted. */
    boolean isRunning() {
        return series.get() != null;
    }

    private void plan(Object mine, long delayNanos) {
        scheduler.after(delayNanos, () -> turn(mine));
    }

    private void turn(Object mine) {
        if (series.get() != mine) {
            return;
        }
        try {
            if (underWay.compareAndSet(false, true)) {
                try {
                    round.run();
                } finally {
                    underWay.set(false);
                }
            }
        } finally {
            if (series.get() == mine) {
                plan(mine, pauseNanos.getAsLong());
            }
        }
    }
}
