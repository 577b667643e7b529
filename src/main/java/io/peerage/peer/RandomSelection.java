/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;

/** Each peer with a chance in proportion to its weight: the default. Stateless and thread-safe. */
public final class RandomSelection implements Selection {

    @Override
    public Peer select(List<Peer> candidates, RandomSource random) {
        return Weights.at(candidates, random.below(Weights.total(candidates)));
    }

    @Override
    public boolean evensOut() {
        return true;
    }
}
