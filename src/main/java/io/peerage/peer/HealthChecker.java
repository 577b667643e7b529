/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When each peer of a group is asked: every check interval, at once when it is suspected, often while everybody is down
 * and somebody waits; at most one check of a peer at a time.
 *
 * <p>Thread-safe.
 */
final class HealthChecker {

    private static final long FULL_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SLOW_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int JITTER_PERCENT = 10;
    /** How often a peer is asked at the most because of what may be the affair of the one who met it. */
    static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PeerGroup group;
    private final long intervalNanos;
    private final Ticker ticker;
    private final RandomSource random;
    private final Scheduler scheduler;
    private final Probe probe;
    private final ExceptionSorter sorter;
    private final AtomicLong lastHurry;
    private volatile boolean running;

    /**
     * A check to come. It counts only while it is the one that is planned, so that whatever overtakes whatever, each peer
     * has one, and the last one planned is not lost.
     */
    static final class Plan {
        volatile @Nullable Runnable cancel;
    }

    HealthChecker(
            PeerGroup group,
            long intervalNanos,
            Ticker ticker,
            RandomSource random,
            Scheduler scheduler,
            Probe probe,
            ExceptionSorter sorter) {
        this.group = group;
        this.intervalNanos = intervalNanos;
        this.ticker = ticker;
        this.random = random;
        this.scheduler = scheduler;
        this.probe = probe;
        this.sorter = sorter;
        this.lastHurry = new AtomicLong(ticker.nanos() - intervalNanos);
    }

    void start() {
        running = true;
        for (Peer peer : group.peers()) {
            schedule(peer, pause(peer));
        }
    }

    void stop() {
        running = false;
        for (Peer peer : group.peers()) {
            cancel(peer.planned.getAndSet(null));
        }
    }

    /** Returns the check interval with its jitter, so that many application servers do not ask at the same time. */
    long interval() {
        long tenth = intervalNanos / JITTER_PERCENT;
        int bound = (int) Math.min(Integer.MAX_VALUE, Math.max(1, 2 * tenth / 1000));
        return intervalNanos - tenth + random.below(bound) * 1000L;
    }

    /** Returns how long a peer that let nobody in is left alone: a full one a moment, a slow one more, a locked one the interval. */
    long refusalPause(Verdict verdict) {
        return switch (verdict.peer()) {
            case FULL -> Math.min(FULL_PAUSE_NANOS, intervalNanos);
            case ASK, SUSPECT, DOWN -> Math.min(SLOW_PAUSE_NANOS, intervalNanos);
            case SOUND -> interval();
        };
    }

    /** Begins to ask {@code peer}, which has become one of the group: at once if it is not known to serve. */
    void admit(Peer peer) {
        schedule(peer, pause(peer));
    }

    /** Ends the regular checks of {@code peer}, which is no longer of the group. */
    void dismiss(Peer peer) {
        cancel(peer.planned.getAndSet(null));
    }

    /** Plans the next check of {@code peer}, instead of the one planned so far; a wanted one is not put off by that. */
    void schedule(Peer peer, long delayNanos) {
        boolean wanted = peer.isWanted();
        plan(peer, wanted ? sooner(peer, delayNanos) : delayNanos);
        if (!wanted && peer.isWanted()) {
            // Somebody wanted it meanwhile, whose plan this one may have taken the place of.
            plan(peer, sooner(peer, delayNanos));
        }
    }

    private void plan(Peer peer, long delayNanos) {
        if (!running || peer.isRemoved()) {
            return;
        }
        Plan plan = new Plan();
        cancel(peer.planned.getAndSet(plan));
        plan.cancel = scheduler.after(delayNanos, () -> {
            if (peer.planned.compareAndSet(plan, null)) {
                check(peer, false);
            }
        });
        if (peer.planned.get() != plan) {
            // Overtaken before it could be cancelled; or it has begun, and this does nothing.
            cancel(plan);
        }
    }

    private static void cancel(@Nullable Plan plan) {
        Runnable cancel = plan == null ? null : plan.cancel;
        if (cancel != null) {
            cancel.run();
        }
    }

    void now(Peer peer) {
        if (running) {
            scheduler.execute(ask(peer));
        }
    }

    /** Asks {@code peer} at once, or a second after the last time; after a check that has begun already, once more. */
    void soon(Peer peer) {
        peer.want();
        schedule(peer, pause(peer));
    }

    /** Asks {@code peer} now; if a check has begun already, once more a second after that. */
    void afresh(Peer peer) {
        peer.want();
        now(peer);
    }

    /** One object for each peer: where no thread can be had, it waits for one only once. */
    private Runnable ask(Peer peer) {
        Runnable first = () -> check(peer, true);
        Runnable before = peer.ask.compareAndExchange(null, first);
        return before == null ? first : before;
    }

    /** Asks everybody who is down, at most once each {@code pauseNanos} however many wait. */
    void hurry(long pauseNanos) {
        long last = lastHurry.get();
        long now = ticker.nanos();
        if (now - last >= pauseNanos && lastHurry.compareAndSet(last, now)) {
            for (Peer peer : group.peers()) {
                if (peer.health() instanceof Health.Down) {
                    now(peer);
                }
            }
        }
    }

    /** @param wanted whether somebody asked for this check: a drained peer is left alone otherwise */
    private void check(Peer peer, boolean wanted) {
        if (!running || !peer.beginCheck()) {
            return;
        }
        Health observed = peer.health();
        try {
            if (observed instanceof Health.Drained && !wanted) {
                return;
            }
            if (observed instanceof Health.Down down) {
                Health.Probing probing = group.probing(peer, down);
                if (probing == null) {
                    return;
                }
                observed = probing;
            }
            ask(peer, observed);
        } finally {
            peer.endCheck();
            // A suspicion that arose while this check was under way found it busy, and is younger than its answer.
            // One that arose from its answer wants a second.
            Health found = peer.health();
            if (found != observed && wantsAnswer(found)) {
                now(peer);
            } else {
                schedule(peer, pause(peer));
            }
        }
    }

    private static boolean wantsAnswer(Health found) {
        return found instanceof Health.Suspected
                || (found instanceof Health.Drained drained && drained.silences() == 1);
    }

    private void ask(Peer peer, Health observed) {
        BooleanSupplier moved = probe.watch(peer);
        SQLException lastResort;
        try {
            lastResort = probe.check(peer);
        } catch (SQLException e) {
            if (running) {
                group.checkFailed(peer, observed, sorter.sort(e, Phase.CONNECT), e, moved);
            } else {
                // Ended with the checks, which interrupts what they wait for.
                group.abandoned(peer, observed);
            }
            return;
        } catch (VirtualMachineError e) {
            // It says nothing of the peer, which is asked again when its time has come.
            throw e;
        } catch (RuntimeException | Error e) {
            // A driver that breaks must not end the checks of this peer for ever.
            SQLException failure = new SQLException("the check itself failed: " + e, "58000", e);
            group.checkFailed(
                    peer, observed, new Verdict("check failed", true, Verdict.Standing.DOWN, false), failure, moved);
            return;
        }
        peer.foundWell();
        group.checked(peer, observed, lastResort);
    }

    /** A wanted check comes a second after the last one, and not later. */
    private long sooner(Peer peer, long delayNanos) {
        return Math.min(delayNanos, Math.max(0, peer.askedAt() + SOON_NANOS - ticker.nanos()));
    }

    private long pause(Peer peer) {
        Health health = peer.health();
        long now = ticker.nanos();
        if (health instanceof Health.Down down) {
            return Math.max(0, down.nextCheck() - now);
        }
        if (health instanceof Health.Refusing refusing) {
            return Math.max(0, refusing.until() - now);
        }
        return interval();
    }
}
