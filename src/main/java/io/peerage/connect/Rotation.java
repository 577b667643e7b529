/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Balance;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets the peers take turns at owning one connection more, where they cannot own equally many and all are at work: with
 * nobody to trade with, what a peer owns is what it serves.
 *
 * <p>No connection rests long enough there to be exchanged from outside, so the fresh one is an {@link Offer}.
 *
 * <p>An idle pool has no turns: only units of work make a debt, and without new ones no second attempt is made. In a busy
 * one, each turn was preceded by several units more that its peer was owed than served.
 *
 * <p>Confined to one thread at a time.
 */
final class Rotation {

    /** How much two peers may differ before the order of turns is left, in parts of the units of one turn. */
    private static final double UNEVEN = 0.2;

    private final PeerGroup group;
    private final BiFunction<Peer, Credentials, @Nullable PhysicalConnection> opener;
    private final Function<Credentials, List<Peer>> spared;
    private final Offer offer;
    /** How many units had been dealt at the last attempt. */
    private long unitsBefore;
    /** The number of the latest turn of each peer: who had it first gives first. */
    private final Map<Peer, Long> turns = new HashMap<>();

    private long turn;
    /** Turns are not all worth the same number of units: a quicker peer serves more in its own. */
    private final Surplus surplus;

    /**
     * @param opener opens a connection, or returns null after it recorded why there is none
     * @param spared the peers that are to be left alone for now
     */
    Rotation(
            PeerGroup group,
            BiFunction<Peer, Credentials, @Nullable PhysicalConnection> opener,
            Function<Credentials, List<Peer>> spared,
            Offer offer) {
        this.group = group;
        this.opener = opener;
        this.spared = spared;
        this.offer = offer;
        this.surplus = new Surplus(group::peers);
    }

    /**
     * Gives the peer whose turn it is one connection more, if there is one and no offer stands.
     *
     * @return whether a connection was opened, or tried to be
     */
    boolean begin(Housekeeper.UserSlots userSlots) {
        SlotRegistry registry = userSlots.registry();
        Peer peer = offer.isStanding() ? null : Balance.turn(group, registry, spared.apply(userSlots.credentials()));
        long units = units();
        if (peer == null || units - unitsBefore < registry.size()) {
            return false;
        }
        surplus.look();
        Peer giver = giver(Balance.givers(group, registry), (units - unitsBefore) * UNEVEN);
        if (giver == null || surplus.of(giver) <= surplus.of(peer)) {
            return false;
        }
        unitsBefore = units;
        surplus.turned();
        PhysicalConnection fresh = opener.apply(peer, userSlots.credentials());
        if (fresh != null) {
            turns.put(peer, ++turn);
            turns.keySet().retainAll(group.peers());
            offer.place(registry, fresh, giver);
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

    private long units() {
        long units = 0;
        for (Peer peer : group.peers()) {
            units += peer.units();
        }
        return units;
    }
}
