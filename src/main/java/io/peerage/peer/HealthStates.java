/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The peers of a group, what state each is in, and who can be dealt for it.
 *
 * <p>Thread-safe. Every change of a peer's health is one compare-and-set from the state that was observed; only the winner
 * tells the {@link PeerEvents}. Reading takes no lock.
 */
final class HealthStates {

    /** How often the peers are asked while every peer is down and somebody waits. */
    private static final long HURRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Dealer dealer;
    private final CheckSchedule schedule;
    private final Ticker ticker;
    private final PeerEvents events;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** In the deployer's order. Replaced as a whole under {@code lock}, together with {@link #eligible}. */
    private volatile List<Peer> peers;

    /** Written under {@code lock}, so that of two writers the later one has seen both changes. */
    private volatile EligiblePeers eligible;

    HealthStates(List<Peer> peers, Dealer dealer, CheckSchedule schedule, Ticker ticker, PeerEvents events) {
        this.peers = peers;
        this.dealer = dealer;
        this.schedule = schedule;
        this.ticker = ticker;
        this.events = events;
        this.eligible = dealer.eligible(peers);
    }

    List<Peer> peers() {
        return peers;
    }

    EligiblePeers eligible() {
        return eligible;
    }

    /**
     * Replaces the peers; see {@link PeerGroup#change}.
     *
     * @return those of before
     */
    List<Peer> change(List<Place> places) {
        List<Peer> before;
        List<Peer> after = places.stream().map(Place::peer).toList();
        boolean lastOneGone;
        lock.lock();
        try {
            before = peers;
            for (int i = 0; i < places.size(); i++) {
                Place place = places.get(i);
                place.peer().place(i, place.endpoint());
            }
            boolean alone = after.stream()
                    .filter(before::contains)
                    .allMatch(peer -> Precedence.forUnit(peer.health()) == Precedence.NEVER);
            for (Peer peer : after) {
                if (!before.contains(peer)) {
                    arrive(peer, alone);
                }
            }
            peers = after;
            lastOneGone = chooseAgain();
        } finally {
            lock.unlock();
        }
        for (Peer peer : before) {
            if (!after.contains(peer)) {
                remove(peer);
            }
        }
        if (lastOneGone) {
            tell(() -> events.allDown(after));
        }
        return before;
    }

    /** Nobody else moves a peer that is in no list. */
    private void arrive(Peer peer, boolean trusted) {
        long now = ticker.nanos();
        SQLException cause = new SQLException("listed just now, not asked yet", "08001");
        Health next = trusted ? new Health.Up(now) : new Health.Down(now, cause, now);
        while (!peer.move(peer.health(), next)) {
            // A check that somebody wanted of it while it was leaving has just ended.
        }
    }

    private void remove(Peer peer) {
        Health observed;
        do {
            observed = peer.health();
        } while (!peer.move(observed, new Health.Drained(ticker.nanos(), observed.cause(), 0, true)));
        schedule.dismiss(peer);
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
                schedule.hurry(peers, HURRY_NANOS);
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

    /** Counts a failure of {@code peer}, and tells of it. */
    void count(Peer peer, Verdict verdict, SQLException failure) {
        peer.count(verdict);
        tell(() -> events.failure(peer, verdict, failure));
    }

    /** Changes what is known of {@code peer} if it still is {@code observed}; only then {@code event} is told. */
    boolean move(Peer peer, Health observed, Health next, Runnable event) {
        if (!peer.move(observed, next)) {
            return false;
        }
        boolean lastOneGone;
        lock.lock();
        try {
            lastOneGone = chooseAgain();
        } finally {
            lock.unlock();
        }
        tell(event);
        if (lastOneGone) {
            tell(() -> events.allDown(peers));
        }
        return true;
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
