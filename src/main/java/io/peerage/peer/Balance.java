/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which resting link should lead elsewhere, so that each peer that can serve owns its share and one that cannot owns
 * none. Pure decisions: what to do about them is the caller's. Stateless.
 */
public final class Balance {

    private Balance() {}

    /**
     * A link that should be replaced.
     *
     * @param seat where it rests, if it still does
     * @param link the link
     * @param to the peer to lead to instead
     */
    public record Move(Seat seat, Link link, Peer to) {}

    /** Returns a link that rests on a peer that is out and should leave it, or null if there is none, or nowhere to go. */
    public static @Nullable Move retire(PeerGroup group, Bench bench) {
        for (Seat seat : bench.seats()) {
            Link link = seat.resting();
            if (link != null && isOut(link.peer())) {
                Peer to = group.drawForConnect(List.of());
                return to == null || !(to.health() instanceof Health.Up) ? null : new Move(seat, link, to);
            }
        }
        return null;
    }

    /** Returns a resting link of the peer that owns the most for its weight, if the one that owns the fewest gains by it. */
    public static @Nullable Move even(PeerGroup group, Bench bench, Chance chance) {
        Map<Peer, Integer> owned = owned(bench);
        Peer most = null;
        Peer fewest = null;
        for (Peer peer : group.peers()) {
            if (peer.health() instanceof Health.Up) {
                if (most == null || more(peer, most, owned) > 0) {
                    most = peer;
                }
                if (fewest == null || more(peer, fewest, owned) < 0) {
                    fewest = peer;
                }
            }
        }
        if (most == null || fewest == null || !gains(most, fewest, owned)) {
            return null;
        }
        Seat[] seats = bench.seats();
        int start = chance.below(Math.max(1, seats.length));
        for (int i = 0; i < seats.length; i++) {
            Seat seat = seats[(start + i) % seats.length];
            Link link = seat.resting();
            if (link != null && link.peer() == most) {
                return new Move(seat, link, fewest);
            }
        }
        return null;
    }

    /**
     * Returns the peer whose turn it is to own one link more, or null if there is none. Eight links lead to three peers as
     * three, three and two; with all of them at work the third peer serves less and nobody can trade with it. What it is
     * owed tells that from a bench at rest, where nothing is gained by it. To be asked when {@link #even} finds nothing.
     */
    public static @Nullable Peer turn(PeerGroup group, Bench bench) {
        Map<Peer, Integer> owned = owned(bench);
        Peer turn = null;
        for (Peer peer : group.peers()) {
            if (peer.health() instanceof Health.Up
                    && group.owed(peer) >= Ledger.MUCH
                    && comparedToShare(group, owned, peer) < 0
                    && (turn == null || group.owed(peer) > group.owed(turn))) {
                turn = peer;
            }
        }
        return turn;
    }

    /** Returns the peers that own more than their share, of which one gives a link when another's turn comes. */
    public static List<Peer> givers(PeerGroup group, Bench bench) {
        Map<Peer, Integer> owned = owned(bench);
        return group.peers().stream()
                .filter(peer -> peer.health() instanceof Health.Up && comparedToShare(group, owned, peer) > 0)
                .toList();
    }

    /** Compares what {@code peer} owns to its share of the links of all peers that are up. */
    private static int comparedToShare(PeerGroup group, Map<Peer, Integer> owned, Peer peer) {
        long links = 0;
        long weights = 0;
        for (Peer each : group.peers()) {
            if (each.health() instanceof Health.Up) {
                links += of(each, owned);
                weights += each.weight();
            }
        }
        return Long.compare(of(peer, owned) * weights, links * peer.weight());
    }

    private static Map<Peer, Integer> owned(Bench bench) {
        Map<Peer, Integer> owned = new HashMap<>();
        for (Seat seat : bench.seats()) {
            Link link = seat.holding();
            if (link != null) {
                owned.merge(link.peer(), 1, Integer::sum);
            }
        }
        return owned;
    }

    private static long of(Peer peer, Map<Peer, Integer> owned) {
        return owned.getOrDefault(peer, 0);
    }

    private static int more(Peer a, Peer b, Map<Peer, Integer> owned) {
        return Long.compare(of(a, owned) * b.weight(), of(b, owned) * a.weight());
    }

    /** Moving one must not turn the tables, or it would be moved back. */
    private static boolean gains(Peer most, Peer fewest, Map<Peer, Integer> owned) {
        return (of(most, owned) - 1) * fewest.weight() >= (of(fewest, owned) + 1) * most.weight();
    }

    private static boolean isOut(Peer peer) {
        Health health = peer.health();
        return health instanceof Health.Down || health instanceof Health.Probing || health instanceof Health.Drained;
    }
}
