/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the one peer that serves all, under a selection that wants one: a single writer. It stays while it lives, also
 * under suspicion or full, for the next one would be a second writer; those that find no room wait. One that refuses the
 * user of the pool can serve nobody who comes now, so others come first, and last those that serve as the last resort.
 *
 * <p>Thread-safe: immutable.
 */
final class ExclusivePeer {

    private final Selection selection;
    private final RandomSource random;

    ExclusivePeer(Selection selection, RandomSource random) {
        this.selection = selection;
        this.random = random;
    }

    /** Returns the one peer, or nobody if none can serve. */
    EligiblePeers eligible(List<Peer> peers) {
        List<Peer> best = new ArrayList<>(peers.size());
        int bestRank = OUT;
        for (Peer peer : peers) {
            int rank = rank(peer.health());
            if (rank < bestRank) {
                best.clear();
                bestRank = rank;
            }
            if (rank == bestRank && rank != OUT) {
                best.add(peer);
            }
        }
        return new EligiblePeers(best.isEmpty() ? best : List.of(selection.select(List.copyOf(best), random)));
    }

    private static final int OUT = 3;

    private static int rank(Health health) {
        if (health instanceof Health.Up || health instanceof Health.Suspected) {
            return 0;
        }
        if (health instanceof Health.Refusing refusing) {
            return refusing.refusesUser() ? 1 : 0;
        }
        return health instanceof Health.LastResort ? 2 : OUT;
    }
}
