/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;
import java.util.function.ToIntFunction;

/** The peer that runs the fewest units of work for its weight, at random among equals. Stateless and thread-safe. */
public final class LeastConnectionsSelection implements Selection {

    @Override
    public Peer select(List<Peer> candidates, RandomSource random) {
        return fewest(candidates, Peer::busy, random);
    }

    /**
     * Returns the peer that has the fewest for its weight, at random among equals.
     *
     * @param peers at least one
     */
    static Peer fewest(List<Peer> peers, ToIntFunction<Peer> count, RandomSource random) {
        Peer best = peers.get(0);
        int equals = 1;
        for (int i = 1; i < peers.size(); i++) {
            Peer other = peers.get(i);
            // compared by cross-multiplying, so that weights need no division and ties are exact
            int order = Long.compare(
                    (long) count.applyAsInt(other) * best.weight(), (long) count.applyAsInt(best) * other.weight());
            if (order < 0) {
                best = other;
                equals = 1;
            } else if (order == 0 && random.below(++equals) == equals - 1) {
                // each of n equals is kept with chance 1/n, without a list of them
                best = other;
            }
        }
        return best;
    }
}
