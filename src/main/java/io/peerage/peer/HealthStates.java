/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The peers of a group, what state each is in, and who can be dealt for it.
 *
 * <p>Thread-safe. Every change of a peer's health is one compare-and-set from the state that was observed; only the
 * winner tells the {@link PeerEvents}. Reading takes no lock.
 */
final class HealthStates {

    /** How often the peers are asked while every peer is down and somebody waits. */
    private static final long HURRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Dealer dealer;
    private final CheckSchedule schedule;
    private final Ticker ticker;
    private final ExceptionSorter sorter;
    private final PeerEvents events;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** In the deployer's order. Replaced as a whole under {@code lock}, together with {@link #eligible}. */
    private volatile List<Peer> peers;

    /** Written under {@code lock}, so that of two writers the later one has seen both changes. */
    private volatile EligiblePeers eligible;

    /** When the peers that are down were last asked because somebody waits. Guarded by {@code lock}. */
    private long hurriedAt;

    HealthStates(
            List<Peer> peers,
            Dealer dealer,
            CheckSchedule schedule,
            Ticker ticker,
            ExceptionSorter sorter,
            PeerEvents events) {
        this.peers = peers;
        this.dealer = dealer;
        this.schedule = schedule;
        this.ticker = ticker;
        this.sorter = sorter;
        this.events = events;
        this.eligible = dealer.eligible(peers);
        this.hurriedAt = ticker.nanos() - HURRY_NANOS;
    }

    List<Peer> peers() {
        return peers;
    }

    EligiblePeers eligible() {
        return eligible;
    }

    /** Replaces the peers; see {@link PeerGroup#change}. */
    void change(List<Place> places) {
        List<Peer> after = places.stream().map(Place::peer).toList();
        List<Peer> leaving;
        List<Peer> arriving;
        boolean lastOneGone;
        lock.lock();
        try {
            leaving = without(after, peers);
            arriving = without(peers, after);
            for (int i = 0; i < places.size(); i++) {
                Place place = places.get(i);
                place.peer().place(i, place.endpoint());
            }
            boolean alone = without(arriving, after).stream().allMatch(Peer::isOut);
            // Whatever a check found that somebody wanted of one while it was leaving counts no more.
            arriving.forEach(peer -> peer.health.set(alone ? new Health.Up(ticker.nanos()) : listed()));
            peers = after;
            lastOneGone = chooseAgain();
        } finally {
            lock.unlock();
        }
        leaving.forEach(this::remove);
        if (lastOneGone) {
            tell(() -> events.allDown(after));
        }
        arriving.forEach(schedule::next);
    }

    /** Returns those of {@code peers} that are none of {@code some}. */
    private static List<Peer> without(List<Peer> some, List<Peer> peers) {
        return peers.stream().filter(peer -> !some.contains(peer)).toList();
    }

    private Health listed() {
        long now = ticker.nanos();
        return new Health.Down(now, new SQLException("listed just now, not asked yet", "08001"), now);
    }

    private void remove(Peer peer) {
        long now = ticker.nanos();
        peer.health.updateAndGet(observed -> new Health.Drained(now, observed.cause(), 0, true));
        peer.checks.unplan();
        tell(() -> events.removed(peer));
    }

    /** With the lock held: finds out anew who can be dealt; returns whether there was somebody, and is nobody now. */
    private boolean chooseAgain() {
        boolean served = !eligible.isEmpty();
        eligible = dealer.eligible(peers);
        changed.signalAll();
        return served && eligible.isEmpty();
    }

    /** Waits until some peer can be dealt that is {@code worth} it; see {@link PeerGroup#awaitServing}. */
    boolean awaitServing(Predicate<Peer> worth, long deadline) {
        boolean interrupted = false;
        lock.lock();
        try {
            while (true) {
                if (eligible.stream().anyMatch(worth)) {
                    return true;
                }
                long left = deadline - ticker.nanos();
                if (left <= 0) {
                    return false;
                }
                hurry();
                try {
                    ticker.await(changed, Math.min(left, HURRY_NANOS));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** With the lock held: asks everybody who is down, now and then, however many wait. */
    private void hurry() {
        long now = ticker.nanos();
        if (now - hurriedAt >= HURRY_NANOS) {
            hurriedAt = now;
            peers.stream().filter(peer -> peer.health() instanceof Health.Down).forEach(schedule::now);
        }
    }

    /** Counts a failure of {@code peer}, and tells of it. */
    void count(Peer peer, Verdict verdict, SQLException failure) {
        peer.count(verdict);
        tell(() -> events.failure(peer, verdict, failure));
    }

    /**
     * Changes what is known of {@code peer} to what {@code next} makes of it.
     *
     * @param next asked again if another was faster, so it must not do anything; null: this peer is not meant; the
     *     same: it is meant, and stays what it is
     * @return whether it was meant
     */
    boolean move(Peer peer, Function<Health, @Nullable Health> next) {
        while (true) {
            Health observed = peer.health();
            Health itsNext = next.apply(observed);
            if (itsNext == null) {
                return false;
            }
            if (itsNext == observed || move(peer, observed, itsNext)) {
                return true;
            }
        }
    }

    /** Changes what is known of {@code peer} if it still is {@code observed}, and only then tells of it. */
    boolean move(Peer peer, Health observed, Health next) {
        if (!peer.health.compareAndSet(observed, next)) {
            return false;
        }
        boolean lastOneGone;
        lock.lock();
        try {
            lastOneGone = chooseAgain();
        } finally {
            lock.unlock();
        }
        tell(() -> tellChange(peer, observed, next));
        if (lastOneGone) {
            tell(() -> events.allDown(peers));
        }
        return true;
    }

    /** Tells what it means that {@code peer} was {@code before} and is {@code now}. */
    private void tellChange(Peer peer, Health before, Health now) {
        boolean stays =
                before.getClass() == now.getClass() || (before instanceof Health.Probing && now instanceof Health.Down);
        if (before instanceof Health.Probing && !now.isOut()) {
            events.up(peer, now.since() - before.since());
        }
        if (stays) {
            boolean forAReason = !(now instanceof Health.Suspected || now instanceof Health.Drained);
            if (forAReason && isOtherReason(before, now)) {
                events.changedReason(peer, now);
            }
        } else if (before instanceof Health.Drained) {
            events.resumed(peer);
        } else if (before instanceof Health.Suspected && now instanceof Health.Up) {
            events.cleared(peer);
        } else if (before instanceof Health.LastResort && now instanceof Health.Up) {
            events.inFullOrder(peer);
        } else if (before instanceof Health.Refusing && now instanceof Health.Up) {
            events.admitting(peer);
        } else if (now instanceof Health.Suspected suspected) {
            events.suspected(peer, suspected.cause());
        } else if (now instanceof Health.Refusing refusing) {
            events.refusing(peer, refusing.cause());
        } else if (now instanceof Health.LastResort lastResort) {
            events.lastResort(peer, lastResort.cause());
        } else if (now instanceof Health.Down down) {
            events.down(peer, down.cause(), down.nextCheck() - down.since());
        } else if (now instanceof Health.Drained) {
            events.drained(peer);
        }
    }

    /** Returns whether an operator would say that {@code before} and {@code now} have different reasons. */
    boolean isOtherReason(Health before, Health now) {
        return before.cause() != now.cause()
                && !Reason.of(before.cause(), sorter).equals(Reason.of(now.cause(), sorter));
    }

    /** What is told has happened: whatever comes back, what must follow it follows. */
    static void tell(Runnable event) {
        try {
            event.run();
        } catch (Throwable ignored) {
            // It would be for the log to say so, and that is who was told.
        }
    }
}
