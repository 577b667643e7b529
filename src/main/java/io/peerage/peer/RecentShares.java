/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many units of work each peer served beyond its share of late, by weight. Each move of a connection forgets a
 * tenth of what was before it; everything is forgotten when a peer goes down or comes up, for what it missed is not
 * made up for.
 *
 * <p>Confined to one thread at a time.
 */
public final class RecentShares {

    private static final double KEPT = 0.9;

    private Map<Peer, Account> accounts = new HashMap<>();

    /** What a peer had served at the last move, and beyond its share until then. */
    private record Account(long units, double surplus) {}

    /** Returns what each of {@code up}, the peers that are up, served beyond its share by now, per weight. */
    Map<Peer, Double> surplus(List<Peer> up) {
        if (!accounts.keySet().equals(Set.copyOf(up))) {
            accounts = new HashMap<>();
            up.forEach(peer -> accounts.put(peer, new Account(peer.units(), 0)));
        }
        Map<Peer, Double> surplus = new HashMap<>();
        accounts.forEach((peer, its) -> surplus.put(peer, KEPT * its.surplus + peer.units() - its.units));
        double share = surplus.values().stream().mapToDouble(each -> each).sum()
                / up.stream().mapToInt(Peer::weight).sum();
        surplus.replaceAll((peer, served) -> served / peer.weight() - share);
        return surplus;
    }

    /** Takes note of a move: what follows counts for more. */
    public void moved() {
        Map<Peer, Double> surplus = surplus(List.copyOf(accounts.keySet()));
        accounts.replaceAll((peer, its) -> new Account(peer.units(), surplus.getOrDefault(peer, 0.0) * peer.weight()));
    }
}
