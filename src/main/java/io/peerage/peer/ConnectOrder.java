/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where to open a new connection: at random among the peers that own the fewest for their weight, so that a pool spreads
 * while it fills and a peer that came back fills up first. Stateless.
 */
final class ConnectOrder {

    private ConnectOrder() {}

    static @Nullable Peer next(List<Peer> peers, Collection<Peer> tried, RandomSource random) {
        List<Peer> left = peers.stream().filter(peer -> !tried.contains(peer)).toList();
        List<Peer> fewest = new ArrayList<>(left.size());
        for (Peer peer : Precedence.first(left, Precedence::forConnect)) {
            int order = fewest.isEmpty() ? 0 : compareLoad(peer, fewest.get(0));
            if (order < 0) {
                fewest.clear();
            }
            if (order <= 0) {
                fewest.add(peer);
            }
        }
        return fewest.isEmpty() ? null : fewest.get(random.below(fewest.size()));
    }

    /** By cross-multiplying, so that weights need no division and ties are exact. */
    private static int compareLoad(Peer a, Peer b) {
        return Long.compare((long) a.connections() * b.weight(), (long) b.connections() * a.weight());
    }
}
