/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Balance;
import io.peerage.peer.Bench;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Seat;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets the peers take turns at owning one connection more, where they cannot own equally many and all are at work: with
 * nobody to trade with, what a peer owns is what it serves.
 *
 * <p>No connection rests long enough there to be exchanged from outside. So the fresh one becomes a guest of the bench:
 * the next unit of work that begins on a connection of the peer that gives takes the fresh one instead, and what it left
 * is closed. For these few milliseconds there is one connection more than managed connections.
 *
 * <p>An idle pool has no turns: only units of work make a debt, and without new ones no second attempt is made. In a busy
 * one, each turn was preceded by several units more that its peer was owed than served.
 *
 * <p>One guest at a time. {@link #begin} and {@link #look} are called by one thread at a time; {@link #end} by any.
 */
final class Rotation {

    /** How often the guest is looked at before it goes although nobody traded with it. */
    private static final int MOST_LOOKS = 20;

    /** How much two peers may differ before the order of turns is left, in parts of the units of one turn. */
    private static final double UNEVEN = 0.2;

    private final PeerGroup group;
    private final BiFunction<Peer, Credentials, @Nullable PhysicalConnection> opener;
    private final AtomicReference<@Nullable Guest> guest = new AtomicReference<>();
    /** How many units had been dealt at the last attempt. */
    private long unitsBefore;
    /** The number of the latest turn of each peer: who had it first gives first. */
    private final Map<Peer, Long> turns = new HashMap<>();

    private long turn;
    /** Turns are not all worth the same number of units: a quicker peer serves more in its own. */
    private final Surplus surplus;

    private static final class Guest {
        final Bench bench;
        final Seat seat;
        final PhysicalConnection offered;
        int looks;

        Guest(Bench bench, PhysicalConnection offered) {
            this.bench = bench;
            this.seat = new Seat(offered);
            this.offered = offered;
        }
    }

    /** @param opener opens a connection, or returns null after it recorded why there is none */
    Rotation(PeerGroup group, BiFunction<Peer, Credentials, @Nullable PhysicalConnection> opener) {
        this.group = group;
        this.opener = opener;
        this.surplus = new Surplus(group::peers);
    }

    /**
     * Gives the peer whose turn it is one connection more, if there is one and no guest is there.
     *
     * @return whether a connection was opened, or tried to be
     */
    boolean begin(Upkeep.Seating seating) {
        Bench bench = seating.bench();
        Peer peer = guest.get() == null ? Balance.turn(group, bench) : null;
        long units = units();
        if (peer == null || units - unitsBefore < bench.size()) {
            return false;
        }
        surplus.look();
        Peer giver = giver(Balance.givers(group, bench), (units - unitsBefore) * UNEVEN);
        if (giver == null || surplus.of(giver) <= surplus.of(peer)) {
            return false;
        }
        unitsBefore = units;
        surplus.turned();
        PhysicalConnection fresh = opener.apply(peer, seating.credentials());
        if (fresh != null) {
            turns.put(peer, ++turn);
            turns.keySet().retainAll(group.peers());
            offer(bench, fresh, giver);
        }
        return true;
    }

    /** Who had its turn first, unless another has served more beyond its share by {@code uneven} units. */
    private @Nullable Peer giver(List<Peer> givers, double uneven) {
        Peer first = givers.stream()
                .min(Comparator.comparingLong(peer -> turns.getOrDefault(peer, 0L)))
                .orElse(null);
        Peer most = givers.stream().max(Comparator.comparingDouble(surplus::of)).orElse(null);
        return first == null || most == null || surplus.of(most) - surplus.of(first) <= uneven ? first : most;
    }

    private void offer(Bench bench, PhysicalConnection fresh, Peer giver) {
        for (Seat seat : bench.all()) {
            Link link = seat.resting();
            if (link != null && link.peer() == giver && seat.exchange(link, fresh)) {
                close(link);
                return;
            }
        }
        Guest next = new Guest(bench, fresh);
        if (guest.compareAndSet(null, next)) {
            bench.host(next.seat, fresh, giver);
        } else {
            fresh.close();
        }
    }

    /** Returns whether a guest is there, which {@link #look} should be called for in a few milliseconds. */
    boolean isUnderWay() {
        return guest.get() != null;
    }

    /** Sends the guest away if somebody traded with it, nobody did for long, or nobody should. */
    void look() {
        Guest present = guest.get();
        if (present != null
                && (present.seat.resting() != present.offered
                        || ++present.looks >= MOST_LOOKS
                        || !group.serves(present.offered.peer()))) {
            leave(present);
        }
    }

    /** Sends the guest away, if there is one. */
    void end() {
        Guest present = guest.get();
        if (present != null) {
            leave(present);
        }
    }

    private void leave(Guest present) {
        guest.compareAndSet(present, null);
        present.bench.dismiss(present.seat);
        close(present.seat.leave());
    }

    private long units() {
        long units = 0;
        for (Peer peer : group.peers()) {
            units += peer.units();
        }
        return units;
    }

    private static void close(@Nullable Link link) {
        if (link instanceof PhysicalConnection physical) {
            physical.close();
        }
    }
}
