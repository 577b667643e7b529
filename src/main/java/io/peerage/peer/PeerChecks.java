/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** When a peer was asked and is to be asked: at most one check of it runs at a time. Thread-safe. */
final class PeerChecks {

    /** How often a peer is asked at the most because of what may be the affair of the one who met it. */
    static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Ticker ticker;
    private final AtomicBoolean running = new AtomicBoolean();
    /** When the last check began. Written by that check. */
    private volatile long askedAt;
    /** When the last check began that found the peer well. Written by that check. */
    private volatile long wellAt;
    /** Whether somebody wants it asked soon. */
    private volatile boolean wanted;

    /** How many checks were planned so far, one in the place of the other: the last one counts. Guarded by this. */
    private long plans;
    /** Cancels the last one planned, if it has not begun. Guarded by this. */
    private Runnable cancel = () -> {};

    /** The runnable that asks the peer soon. */
    private final AtomicReference<@Nullable Runnable> soon = new AtomicReference<>();

    PeerChecks(Ticker ticker) {
        this.ticker = ticker;
        this.askedAt = ticker.nanos() - SOON_NANOS;
        this.wellAt = askedAt;
    }

    /** Claims the one check that may run at a time. */
    boolean begin() {
        if (!running.compareAndSet(false, true)) {
            return false;
        }
        wanted = false;
        askedAt = ticker.nanos();
        return true;
    }

    /** The check under way found the peer well. */
    void foundWell() {
        wellAt = askedAt;
    }

    void end() {
        running.set(false);
    }

    /** Returns whether a check is under way. */
    boolean isRunning() {
        return running.get();
    }

    /** Returns whether a check that began after {@code nanos}, a reading of the group's ticker, found the peer well. */
    boolean wasWellAfter(long nanos) {
        return wellAt - nanos > 0;
    }

    /** Has the next check come soon. */
    void want() {
        wanted = true;
    }

    boolean isWanted() {
        return wanted;
    }

    /** Returns how long to wait at the most for a check that is wanted: it comes a second after the last one. */
    long untilSoon() {
        return Math.max(0, askedAt + SOON_NANOS - ticker.nanos());
    }

    /** Plans {@code check} in the place of what was planned. */
    synchronized void plan(Scheduler scheduler, long delayNanos, Runnable check) {
        unplan();
        long plan = plans;
        cancel = scheduler.after(delayNanos, () -> {
            if (counts(plan)) {
                check.run();
            }
        });
    }

    /** Has what was planned not come, unless it has begun. */
    synchronized void unplan() {
        plans++;
        cancel.run();
    }

    private synchronized boolean counts(long plan) {
        return plan == plans;
    }

    /** Returns {@code first}, or what was given here before: where no thread can be had, it waits for one only once. */
    Runnable once(Runnable first) {
        Runnable before = soon.compareAndExchange(null, first);
        return before == null ? first : before;
    }
}
