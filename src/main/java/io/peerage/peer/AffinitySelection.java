/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;

/** The first peer in the deployer's order that can serve, alone, while it lives. Stateless and thread-safe. */
public final class AffinitySelection implements Selection {

    @Override
    public Peer select(List<Peer> candidates, RandomSource random) {
        return candidates.get(0);
    }

    @Override
    public boolean isExclusive() {
        return true;
    }
}
