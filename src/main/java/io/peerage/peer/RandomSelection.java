/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;

/** Each peer with a chance in proportion to its weight: the default. Stateless and thread-safe. */
public final class RandomSelection implements Selection {

    @Override
    public Peer select(List<Peer> candidates, Chance chance) {
        int total = 0;
        for (int i = 0; i < candidates.size(); i++) {
            total += candidates.get(i).weight();
        }
        int point = chance.below(total);
        for (int i = 0; i < candidates.size(); i++) {
            point -= candidates.get(i).weight();
            if (point < 0) {
                return candidates.get(i);
            }
        }
        throw new AssertionError("a point below the total weight lies within one of the weights");
    }
}
