/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;

/** Each peer with a chance in proportion to its weight: the default. Stateless and thread-safe. */
public final class RandomSelection implements Selection {

    @Override
    public Peer select(List<Peer> candidates, RandomSource random) {
        EligiblePeers peers = EligiblePeers.weighted(candidates);
        return peers.at(random.below(peers.totalWeight()));
    }

    @Override
    public boolean evensOut() {
        return true;
    }
}
