/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which links should lead elsewhere, so that each peer that can serve owns its share and one that cannot owns
 * none. Pure decisions: what to do about them is the caller's. Stateless.
 */
public final class Balance {

    private Balance() {}

    /** That {@code to} should own one link more and {@code from} one less. */
    public record Move(Peer from, Peer to) {}

    /** Returns a link that rests on a peer that is out, or serves only as the last resort, and should leave it, or null. */
    public static @Nullable Link leaving(PeerGroup group, SlotRegistry registry) {
        return registry.links().stream()
                .filter(link -> link.isAtRest() && !group.keeps(link.peer()))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns the peer to which links go that must leave theirs, or null if there is none that can do with more.
     *
     * @param spared peers that are to be given none
     */
    public static @Nullable Peer goal(PeerGroup group, Collection<Peer> spared) {
        Peer to = group.drawForConnect(spared);
        return to == null || !(to.health() instanceof Health.Up) ? null : to;
    }

    /**
     * Returns who owns the most for its weight and who the fewest, if anything is gained by a move between them, or
     * null.
     *
     * @param spared peers that are to be given none
     */
    public static @Nullable Move even(PeerGroup group, SlotRegistry registry, Collection<Peer> spared) {
        if (group.isExclusive()) {
            return null;
        }
        Comparator<Peer> byLinks = (a, b) -> more(a, b, registry);
        List<Peer> up = up(group);
        Peer most = up.stream().max(byLinks).orElse(null);
        Peer fewest =
                up.stream().filter(peer -> !spared.contains(peer)).min(byLinks).orElse(null);
        return most == null || fewest == null || !gains(most, fewest, registry) ? null : new Move(most, fewest);
    }

    /**
     * Returns who has served the most beyond its share and who is owed the most, if that one owns fewer connections, or
     * null. Eight links lead to three peers as three, three and two: with all of them at work the third peer serves
     * less, and nobody can trade with it. With links at rest nobody is owed that much. To be asked when {@link #even}
     * finds nothing.
     *
     * @param spared peers that are to be given none
     */
    public static @Nullable Move payBack(
            PeerGroup group, SlotRegistry registry, RecentShares shares, Collection<Peer> spared) {
        List<Peer> up = up(group);
        List<Peer> owed = up.stream()
                .filter(peer -> !spared.contains(peer) && Deficits.owed(peer) >= Deficits.MUCH)
                .toList();
        if (owed.isEmpty()) {
            return null;
        }
        Map<Peer, Double> surplus = shares.surplus(up);
        Comparator<Peer> bySurplus = Comparator.comparingDouble(peer -> surplus.getOrDefault(peer, 0.0));
        Peer to = Collections.min(owed, bySurplus);
        return up.stream()
                .filter(peer -> more(peer, to, registry) > 0)
                .max(bySurplus)
                .filter(from -> bySurplus.compare(from, to) > 0)
                .map(from -> new Move(from, to))
                .orElse(null);
    }

    /** Returns the peers that are up. */
    private static List<Peer> up(PeerGroup group) {
        return group.peers().stream()
                .filter(peer -> peer.health() instanceof Health.Up)
                .toList();
    }

    private static long of(Peer peer, SlotRegistry registry) {
        return registry.links(peer).size();
    }

    private static int more(Peer a, Peer b, SlotRegistry registry) {
        return Long.compare(of(a, registry) * b.weight(), of(b, registry) * a.weight());
    }

    /** Moving one must not turn the tables, or it would be moved back. */
    private static boolean gains(Peer most, Peer fewest, SlotRegistry registry) {
        return (of(most, registry) - 1) * fewest.weight() >= (of(fewest, registry) + 1) * most.weight();
    }
}
