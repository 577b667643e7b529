/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;

/** The peer that runs the fewest units of work for its weight, at random among equals. Stateless and thread-safe. */
public final class LeastConnectionsSelection implements Selection {

    @Override
    public Peer select(List<Peer> candidates, RandomSource random) {
        Peer best = candidates.get(0);
        int equals = 1;
        for (int i = 1; i < candidates.size(); i++) {
            Peer other = candidates.get(i);
            // compared by cross-multiplying, so that weights need no division and ties are exact
            int order = Long.compare((long) other.busy() * best.weight(), (long) best.busy() * other.weight());
            if (order < 0) {
                best = other;
                equals = 1;
            } else if (order == 0 && random.below(++equals) == 0) {
                // each of n equals is kept with chance 1/n, without a list of them
                best = other;
            }
        }
        return best;
    }
}
