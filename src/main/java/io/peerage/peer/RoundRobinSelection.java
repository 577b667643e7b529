/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One peer after the other, each as often in a row as its weight says. Thread-safe. */
public final class RoundRobinSelection implements Selection {

    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public Peer select(List<Peer> candidates, RandomSource random) {
        EligiblePeers peers = EligiblePeers.weighted(candidates);
        return peers.at(Math.floorMod(turn.getAndIncrement(), peers.totalWeight()));
    }

    @Override
    public boolean evensOut() {
        return true;
    }
}
