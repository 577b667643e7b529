/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import java.util.Arrays;
import java.util.List;

/**
 * How many units of work each peer served beyond its share lately, by weight. Each turn forgets a tenth of what was
 * before it, and everything is forgotten when a peer goes down or comes up: what it missed is not made up for.
 *
 * <p>Confined to one thread at a time.
 */
final class Surplus {

    private static final double KEPT = 0.9;

    private final List<Peer> peers;
    private List<Peer> up = List.of();
    /** What each had served at the last turn, and its surplus then. */
    private final long[] units;

    private final double[] before;
    private final double[] surplus;

    Surplus(List<Peer> peers) {
        this.peers = peers;
        this.units = new long[peers.size()];
        this.before = new double[peers.size()];
        this.surplus = new double[peers.size()];
    }

    /** Reads what the peers that are up served since the last turn. */
    void look() {
        List<Peer> nowUp = peers.stream()
                .filter(peer -> peer.health() instanceof Health.Up)
                .toList();
        if (!nowUp.equals(up)) {
            up = nowUp;
            Arrays.fill(surplus, 0);
            turned();
            return;
        }
        double served = 0;
        double weights = 0;
        for (Peer peer : up) {
            served += peer.units() - units[peer.index()];
            weights += peer.weight();
        }
        for (Peer peer : up) {
            int i = peer.index();
            surplus[i] = before[i] + peer.units() - units[i] - served * peer.weight() / weights;
        }
    }

    /** Begins anew with the next unit, but for what is remembered. */
    void turned() {
        for (Peer peer : peers) {
            units[peer.index()] = peer.units();
            before[peer.index()] = KEPT * surplus[peer.index()];
        }
    }

    /** Returns what {@code peer} had served beyond its share at the last look, per weight; negative if it served less. */
    double of(Peer peer) {
        return surplus[peer.index()] / peer.weight();
    }
}
