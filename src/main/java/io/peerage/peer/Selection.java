/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;

/** Chooses the peer that serves a unit of work. Implementations are thread-safe, do no I/O and do not block. */
@FunctionalInterface
public interface Selection {

    /**
     * Returns one of {@code candidates}. What else it returns or throws is logged once (PEERAGE-004), and a random one
     * serves.
     *
     * @param candidates the peers that can serve now, in the deployer's order; never empty
     * @param random where any randomness must come from
     */
    Peer select(List<Peer> candidates, RandomSource random);

    /**
     * Returns whether shares count, so that a peer whose turn another had to take gets one back later. False unless
     * said otherwise: a selection that looks at the state of the peers decides afresh each time.
     */
    default boolean evensOut() {
        return false;
    }

    /**
     * Returns whether one peer serves all: then {@link #select} is asked only when the health of a peer has changed,
     * and all units of work and all connections lead to the one it chose, until it is asked again. Units under way
     * finish where they are. False unless said otherwise: peers are chosen for each unit. Always the same answer.
     */
    default boolean isExclusive() {
        return false;
    }
}
