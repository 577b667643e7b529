/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where to open a new connection: at random among the peers that own the fewest for their weight, so that a pool spreads
 * while it fills and a peer that came back fills up first. Sound peers come before suspected ones, and those before
 * peers that refuse new connections, and last come those that serve as the last resort. Stateless.
 */
final class ConnectOrder {

    private ConnectOrder() {}

    static @Nullable Peer next(List<Peer> peers, Collection<Peer> tried, RandomSource random) {
        List<Peer> best = new ArrayList<>(peers.size());
        int bestRank = Integer.MAX_VALUE;
        for (Peer peer : peers) {
            int rank = rank(peer.health());
            if (rank > bestRank || rank == OUT || tried.contains(peer)) {
                continue;
            }
            // Compared by cross-multiplying, so that weights need no division and ties are exact.
            int order = rank < bestRank ? -1 : compareLoad(peer, best.get(0));
            if (order < 0) {
                best.clear();
                bestRank = rank;
            }
            if (order <= 0) {
                best.add(peer);
            }
        }
        return best.isEmpty() ? null : best.get(random.below(best.size()));
    }

    private static final int OUT = 4;

    private static int rank(Health health) {
        if (health instanceof Health.Up) {
            return 0;
        }
        if (health instanceof Health.Suspected) {
            return 1;
        }
        if (health instanceof Health.Refusing) {
            return 2;
        }
        return health instanceof Health.LastResort ? 3 : OUT;
    }

    private static int compareLoad(Peer a, Peer b) {
        return Long.compare((long) a.connections() * b.weight(), (long) b.connections() * a.weight());
    }
}
