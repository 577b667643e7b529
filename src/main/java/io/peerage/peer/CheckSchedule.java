/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When each peer of a group is asked: every check interval, at once when it is suspected or somebody wants to
 * know. Thread-safe.
 */
final class CheckSchedule {

    private static final long FULL_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SLOW_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int JITTER_PERCENT = 10;

    /** What asks a peer. */
    @FunctionalInterface
    interface Check {
        /** See {@link HealthChecker#check}. */
        void run(Peer peer, boolean requested);
    }

    private final long intervalNanos;
    private final Ticker ticker;
    private final RandomSource random;
    private final Scheduler scheduler;
    /** Null while no checks run: before the start, and after the end. */
    private volatile @Nullable Check check;

    CheckSchedule(long intervalNanos, Ticker ticker, RandomSource random, Scheduler scheduler) {
        this.intervalNanos = intervalNanos;
        this.ticker = ticker;
        this.random = random;
        this.scheduler = scheduler;
    }

    /** Begins the regular checks of {@code peers}, each by {@code how}. */
    void start(List<Peer> peers, Check how) {
        check = how;
        peers.forEach(this::next);
    }

    /** Ends the checks; those under way finish without effect. */
    void stop(List<Peer> peers) {
        check = null;
        peers.forEach(peer -> peer.checks.unplan());
    }

    boolean isRunning() {
        return check != null;
    }

    private void run(Peer peer, boolean requested) {
        Check how = check;
        if (how != null) {
            how.run(peer, requested);
        }
    }

    /** Returns the check interval with its jitter, so that many application servers do not ask at the same time. */
    long interval() {
        long tenth = intervalNanos / JITTER_PERCENT;
        int bound = (int) Math.min(Integer.MAX_VALUE, Math.max(1, 2 * tenth / 1000));
        return intervalNanos - tenth + random.below(bound) * 1000L;
    }

    /**
     * Returns how long a peer that let nobody in is left alone: a full one a moment, a slow one more, a locked one the
     * interval.
     */
    long refusalPause(Verdict verdict) {
        return switch (verdict.peer()) {
            case FULL -> Math.min(FULL_PAUSE_NANOS, intervalNanos);
            case ASK, SUSPECT, DOWN -> Math.min(SLOW_PAUSE_NANOS, intervalNanos);
            case SOUND -> interval();
        };
    }

    /** Plans the next check of {@code peer} for when its state says: at once if it is not known to serve. */
    void next(Peer peer) {
        schedule(peer, pause(peer));
    }

    /** Plans the next check of {@code peer}, instead of the one planned so far; a wanted one is not put off by that. */
    void schedule(Peer peer, long delayNanos) {
        PeerChecks checks = peer.checks;
        // One after the other: who wants a check, ends them or removes the peer says so before it comes for this lock.
        // So the last one to come knows of all that, and leaves one plan or none.
        synchronized (checks) {
            if (isRunning() && !peer.isRemoved()) {
                long delay = checks.isWanted() ? Math.min(delayNanos, checks.untilSoon()) : delayNanos;
                checks.plan(scheduler, delay, () -> run(peer, false));
            }
        }
    }

    /** Asks {@code peer} at once, off this thread. */
    void now(Peer peer) {
        if (isRunning()) {
            scheduler.execute(peer.checks.once(() -> run(peer, true)));
        }
    }

    /** Asks {@code peer} at once, or a second after the last time; after a check that has begun already, once more. */
    void soon(Peer peer) {
        peer.checks.want();
        next(peer);
    }

    /** Asks {@code peer} now; if a check has begun already, once more a second after that. */
    void afresh(Peer peer) {
        peer.checks.want();
        now(peer);
    }

    private long pause(Peer peer) {
        long left = peer.health().untilAsked(ticker.nanos());
        return left < 0 ? interval() : left;
    }
}
