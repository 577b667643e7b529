/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;

/**
 * The quicker of two peers drawn at random: a slow one gets less and goes on being tried, which keeps its figure young.
 * Weights do not count. Stateless and thread-safe.
 */
public final class FastestSelection implements Selection {

    /** One draw in so many goes to a random peer, so that one that lost every comparison is measured again. */
    private static final int RETRY_ONE_IN = 20;

    @Override
    public Peer select(List<Peer> candidates, RandomSource random) {
        int first = random.below(candidates.size());
        if (candidates.size() == 1 || random.below(RETRY_ONE_IN) == 0) {
            return candidates.get(first);
        }
        int second = random.below(candidates.size() - 1);
        Peer a = candidates.get(first);
        Peer b = candidates.get(second < first ? second : second + 1);
        return b.unitNanos() < a.unitNanos() ? b : a;
    }
}
