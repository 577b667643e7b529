/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Background;
import io.peerage.peer.Balance;
import io.peerage.peer.Bench;
import io.peerage.peer.Chance;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Seat;
import io.peerage.peer.Ticker;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
final class Upkeep {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** How many connections of peers that are out are replaced in one tick: one after the other, so never a storm. */
    private static final int MOST_RETIRED = 2;

    private final PeerGroup group;
    private final Supplier<Collection<Seating>> seatings;
    private final Acquirer.Opener opener;
    private final Logins logins;
    private final Ticker ticker;
    private final Chance chance;
    private final int movesPerSecond;

    private final Offer offer;
    private final Rotation rotation;
    private final Rounds rounds;
    /** When the next one may move, for a peer that came back to be eased in. Written by the step under way. */
    private volatile long nextMove;
    /** When those leave next that must: steps between two ticks are for moves. Written by the step under way. */
    private volatile long nextTick;

    /** The seats of one user's connections. */
    record Seating(Credentials credentials, Bench bench) {}

    Upkeep(
            PeerGroup group,
            Supplier<Collection<Seating>> seatings,
            Connector connector,
            ExceptionSorter sorter,
            LoginPauses pauses,
            Background background,
            Ticker ticker,
            Chance chance,
            int movesPerSecond) {
        this(group, seatings, connector::open, sorter, pauses, background, ticker, chance, movesPerSecond);
    }

    /** @param opener in place of the driver, where a test stands for the servers */
    Upkeep(
            PeerGroup group,
            Supplier<Collection<Seating>> seatings,
            Acquirer.Opener opener,
            ExceptionSorter sorter,
            Background background,
            Ticker ticker,
            Chance chance,
            int movesPerSecond) {
        this(group, seatings, opener, sorter, new LoginPauses(ticker), background, ticker, chance, movesPerSecond);
    }

    private Upkeep(
            PeerGroup group,
            Supplier<Collection<Seating>> seatings,
            Acquirer.Opener opener,
            ExceptionSorter sorter,
            LoginPauses pauses,
            Background background,
            Ticker ticker,
            Chance chance,
            int movesPerSecond) {
        this.group = group;
        this.seatings = seatings;
        this.opener = opener;
        this.logins = new Logins(group, sorter, pauses);
        this.ticker = ticker;
        this.chance = chance;
        this.movesPerSecond = movesPerSecond;
        this.offer = new Offer(group, ticker);
        this.rotation = new Rotation(group, this::open, logins::spared, offer);
        this.rounds = new Rounds(background, this::nextStep, this::round);
    }

    void start() {
        nextMove = ticker.nanos() + pause();
        nextTick = ticker.nanos();
        rounds.start();
    }

    void stop() {
        rounds.stop();
        offer.end();
    }

    private void round() {
        try {
            step();
        } finally {
            if (!rounds.isRunning()) {
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
        boolean mayMove = movesPerSecond > 0 && !offer.isStanding() && ticker.nanos() - nextMove >= 0;
        boolean ticks = ticker.nanos() - nextTick >= 0;
        if (ticks) {
            nextTick = ticker.nanos() + TICK_NANOS;
        }
        for (Seating seating : seatings.get()) {
            if (ticks) {
                retire(seating);
                renew(seating);
            }
            if (mayMove && (even(seating) || rotation.begin(seating))) {
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
        return TimeUnit.MICROSECONDS.toNanos(leastMicros + chance.below(leastMicros / 2 + 1));
    }

    /** Gives the peer that owns the fewest one connection more, in the place of one of the peer that owns the most. */
    private boolean even(Seating seating) {
        List<Peer> spared = logins.spared(seating.credentials());
        Balance.Move move = Balance.even(group, seating.bench(), spared);
        if (move == null || !rounds.isRunning()) {
            return false;
        }
        PhysicalConnection fresh = open(move.to(), seating.credentials());
        if (fresh != null) {
            // Who owns the most may have changed while it was opened.
            Balance.Move now = Balance.even(group, seating.bench(), spared);
            offer.place(seating.bench(), fresh, now != null && now.to() == move.to() ? now.from() : move.from());
        }
        return fresh != null;
    }

    private void retire(Seating seating) {
        for (int i = 0; i < MOST_RETIRED && retireOne(seating); i++) {
            // the condition does the work
        }
    }

    private boolean retireOne(Seating seating) {
        Bench bench = seating.bench();
        Link leaving = Balance.leaving(group, bench);
        Peer to = leaving == null ? null : Balance.goal(group, logins.spared(seating.credentials()));
        return to != null && replace(seating, to, link -> !group.keeps(link.peer()));
    }

    /** Replaces one connection that is past its life, or was closed after its use, by a fresh one to the same peer. */
    private void renew(Seating seating) {
        List<Peer> spared = null;
        for (Seat seat : seating.bench().all()) {
            Link link = seat.resting();
            if (link == null || !isOver(link)) {
                continue;
            }
            spared = spared == null ? logins.spared(seating.credentials()) : spared;
            if (!spared.contains(link.peer())) {
                replace(seating, link.peer(), other -> other.peer() == link.peer() && isOver(other));
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
     * Opens a connection to {@code to} and puts it in the place of one that rests by then: the one that was seen may be in
     * hand.
     *
     * @return false if none came to be, or the users of those that should leave were faster, and opened others
     */
    private boolean replace(Seating seating, Peer to, Predicate<Link> leaving) {
        PhysicalConnection fresh = rounds.isRunning() ? open(to, seating.credentials()) : null;
        if (fresh == null) {
            return false;
        }
        Link left = seating.bench().replace(leaving, fresh);
        close(left == null ? fresh : left);
        return left != null;
    }

    private @Nullable PhysicalConnection open(Peer to, Credentials credentials) {
        to.reserve();
        try {
            PhysicalConnection opened = opener.openOrFail(to, credentials);
            logins.succeeded(to, credentials, opened.lastResort());
            return opened;
        } catch (SQLException e) {
            to.release();
            logins.failed(to, credentials, e);
            return null;
        } catch (RuntimeException | Error e) {
            to.release();
            throw e;
        }
    }

    private static void close(Link link) {
        if (link instanceof PhysicalConnection physical) {
            physical.close();
        }
    }
}
