/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Balance;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSource;
import io.peerage.peer.RecentShares;
import io.peerage.peer.Scheduler;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of resting connections, off the application's threads: those of a peer that is out leave it, those past
 * their life are replaced, and a few per second move from peers that own too many to peers that own too few.
 *
 * <p>A user whom a peer does not let in leaves that peer alone for longer and longer, see {@link LoginPauses}.
 *
 * <p>A fresh connection is opened first and then put in the place of one that rests by then, so that no application
 * waits and, but for that moment, no connection is added. One step runs at a time; all methods are thread-safe.
 */
final class Housekeeper implements BackgroundWork.Part {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** How many connections of peers that are out are replaced in one tick: one after the other, so never a storm. */
    private static final int MOST_RETIRED = 2;

    private final PeerGroup group;
    private final Map<Credentials, SlotRegistry> registries;
    private final Logins logins;
    private final Ticker ticker;
    private final RandomSource random;
    private final int movesPerSecond;

    private final Offer offer;
    private final PeriodicTask task;
    /** When the next one may move, for a peer that came back to be eased in. Written by the step under way. */
    private volatile long nextMove;

    private final RecentShares shares = new RecentShares();
    /** How many units had been dealt at the last move. Written by the step under way. */
    private volatile long unitsBefore;
    /** When those leave next that must: steps between two ticks are for moves. Written by the step under way. */
    private volatile long nextTick;

    /** @param registries of all users, as they are at any time */
    Housekeeper(
            PeerGroup group,
            Map<Credentials, SlotRegistry> registries,
            Logins logins,
            Scheduler scheduler,
            Ticker ticker,
            RandomSource random,
            int movesPerSecond) {
        this.group = group;
        this.registries = registries;
        this.logins = logins;
        this.ticker = ticker;
        this.random = random;
        this.movesPerSecond = movesPerSecond;
        this.offer = new Offer(group, ticker);
        this.task = new PeriodicTask(scheduler, this::nextStep, this::round);
    }

    @Override
    public void start() {
        nextMove = ticker.nanos() + pause();
        nextTick = ticker.nanos();
        task.start();
    }

    @Override
    public void stop() {
        task.stop();
        offer.end();
    }

    private void round() {
        try {
            step();
        } finally {
            if (!task.isRunning()) {
                // Stopped meanwhile, and perhaps before this step made an offer.
                offer.end();
            }
        }
    }

    /** Steps follow each other by a tick, or sooner if a move was made and the next may be, or an offer stands. */
    private long nextStep() {
        if (offer.isStanding()) {
            return LOOK_NANOS;
        }
        long untilMove = nextMove - ticker.nanos();
        return untilMove > 0 ? Math.min(TICK_NANOS, untilMove) : TICK_NANOS;
    }

    private void step() {
        offer.look();
        long now = ticker.nanos();
        boolean mayMove = movesPerSecond > 0 && !offer.isStanding() && now - nextMove >= 0;
        boolean ticks = now - nextTick >= 0;
        if (ticks) {
            nextTick = now + TICK_NANOS;
        }
        for (Map.Entry<Credentials, SlotRegistry> user : registries.entrySet()) {
            Credentials credentials = user.getKey();
            SlotRegistry registry = user.getValue();
            if (ticks) {
                retire(credentials, registry);
                renew(credentials, registry);
            }
            if (mayMove && move(credentials, registry)) {
                nextMove = ticker.nanos() + pause();
                mayMove = false;
            }
        }
    }

    /**
     * How long to wait after a move: at least the configured pause, for the rate is what a peer that comes back gets at
     * the most, and up to half of it more, for many servers must not move in step.
     */
    private long pause() {
        if (movesPerSecond == 0) {
            return TICK_NANOS;
        }
        int leastMicros = 1_000_000 / movesPerSecond;
        return TimeUnit.MICROSECONDS.toNanos(leastMicros + random.below(leastMicros / 2 + 1));
    }

    /**
     * Moves one connection: from the peer that owns the most to the one that owns the fewest; where they own equally
     * many, from the one that has served the most beyond its share to the one that is owed the most.
     */
    private boolean move(Credentials credentials, SlotRegistry registry) {
        List<Peer> spared = logins.spared(credentials);
        Balance.Move move = Balance.even(group, registry, spared);
        if (move == null && units() - unitsBefore >= registry.size()) {
            // In an idle pool nobody can be paid back.
            move = Balance.payBack(group, registry, shares, spared);
        }
        if (move == null || !task.isRunning()) {
            return false;
        }
        unitsBefore = units();
        shares.moved();
        PhysicalConnection fresh = open(move.to(), credentials);
        if (fresh != null) {
            // Who owns the most may have changed while it was opened.
            Balance.Move now = Balance.even(group, registry, spared);
            offer.place(registry, fresh, now != null && now.to() == move.to() ? now.from() : move.from());
        }
        return fresh != null;
    }

    private long units() {
        return group.peers().stream().mapToLong(Peer::units).sum();
    }

    /** Has some of those leave whose peer is out, until one cannot. */
    private void retire(Credentials credentials, SlotRegistry registry) {
        for (int i = 0; i < MOST_RETIRED; i++) {
            Link leaving = Balance.leaving(group, registry);
            Peer to = leaving == null ? null : Balance.goal(group, logins.spared(credentials));
            if (leaving == null || to == null || !replace(credentials, registry, to, leaving.peer(), link -> true)) {
                return;
            }
        }
    }

    /** Replaces one connection that is past its life, or was closed after its use, by a fresh one to the same peer. */
    private void renew(Credentials credentials, SlotRegistry registry) {
        for (Link link : registry.links()) {
            Peer peer = link.peer();
            if (link.isAtRest() && isOver(link) && !logins.spared(credentials).contains(peer)) {
                replace(credentials, registry, peer, peer, this::isOver);
                return;
            }
        }
    }

    private boolean isOver(Link link) {
        return link instanceof PhysicalConnection physical
                && (physical.isPast(ticker.nanos()) || physical.isClosed())
                && group.serves(link.peer());
    }

    /**
     * Opens a connection to {@code to} and puts it in the place of one that rests by then, to {@code of}: the one that
     * was seen may be in hand.
     *
     * @return false if none came to be, or the users of those that should leave were faster, and opened others
     */
    private boolean replace(Credentials credentials, SlotRegistry registry, Peer to, Peer of, Predicate<Link> leaving) {
        PhysicalConnection fresh = task.isRunning() ? open(to, credentials) : null;
        if (fresh == null) {
            return false;
        }
        Link left = registry.replace(of, leaving, fresh);
        PhysicalConnection.discard(left == null ? fresh : left);
        return left != null;
    }

    private @Nullable PhysicalConnection open(Peer to, Credentials credentials) {
        try {
            return logins.open(to, credentials);
        } catch (SQLException isRecorded) {
            return null;
        }
    }
}
