/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Which states of health come before which, for each thing a peer is chosen for: the lowest rank first. Stateless.
 */
final class Precedence {

    /** The rank of what is never chosen. */
    static final int NEVER = Integer.MAX_VALUE;

    private Precedence() {}

    /** For a unit of work: one that lets nobody new in serves on over the connections it has. */
    static int forUnit(Health health) {
        if (health instanceof Health.Up || health instanceof Health.Refusing) {
            return 0;
        }
        if (health instanceof Health.Suspected) {
            return 1;
        }
        return health instanceof Health.LastResort ? 2 : NEVER;
    }

    /**
     * For the one peer that serves all: it stays under suspicion or full, for the next one would be a second writer.
     * One that refuses the user of the pool can serve nobody who comes now.
     */
    static int forAllUnits(Health health) {
        if (health instanceof Health.Refusing refusing) {
            return refusing.refusesUser() ? 1 : 0;
        }
        if (health instanceof Health.Up || health instanceof Health.Suspected) {
            return 0;
        }
        return health instanceof Health.LastResort ? 2 : NEVER;
    }

    /** For a new connection: first where it is the most likely to be let in. */
    static int forConnect(Health health) {
        if (health instanceof Health.Up) {
            return 0;
        }
        if (health instanceof Health.Suspected) {
            return 1;
        }
        if (health instanceof Health.Refusing) {
            return 2;
        }
        return health instanceof Health.LastResort ? 3 : NEVER;
    }

    /** Returns those of {@code peers} whose rank is the lowest, in the same order; nobody if no one may be chosen. */
    static List<Peer> first(List<Peer> peers, ToIntFunction<Health> rank) {
        List<Peer> first = new ArrayList<>(peers.size());
        int lowest = NEVER;
        for (Peer peer : peers) {
            int its = rank.applyAsInt(peer.health());
            if (its < lowest) {
                first.clear();
                lowest = its;
            }
            if (its == lowest && its != NEVER) {
                first.add(peer);
            }
        }
        return first;
    }
}
