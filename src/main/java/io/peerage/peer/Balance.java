/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;
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
        int[] owned = owned(group.peers(), bench);
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

    private static int[] owned(List<Peer> peers, Bench bench) {
        int[] owned = new int[peers.size()];
        for (Seat seat : bench.seats()) {
            Link link = seat.holding();
            if (link != null) {
                owned[link.peer().index()]++;
            }
        }
        return owned;
    }

    private static int more(Peer a, Peer b, int[] owned) {
        return Long.compare((long) owned[a.index()] * b.weight(), (long) owned[b.index()] * a.weight());
    }

    /** Moving one must not turn the tables, or it would be moved back. */
    private static boolean gains(Peer most, Peer fewest, int[] owned) {
        return (owned[most.index()] - 1L) * fewest.weight() >= (owned[fewest.index()] + 1L) * most.weight();
    }

    private static boolean isOut(Peer peer) {
        Health health = peer.health();
        return health instanceof Health.Down || health instanceof Health.Probing || health instanceof Health.Drained;
    }
}
