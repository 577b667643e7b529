/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How many units of work each peer served beyond its share lately, by weight. Each turn forgets a tenth of what was
 * before it, and everything is forgotten when a peer goes down or comes up: what it missed is not made up for.
 *
 * <p>Confined to one thread at a time.
 */
final class Surplus {

    private static final double KEPT = 0.9;

    private final Supplier<List<Peer>> peers;
    private List<Peer> up = List.of();
    private final Map<Peer, Account> accounts = new HashMap<>();

    /** What one peer had served at the last turn, its surplus then, and now. */
    private static final class Account {
        long units;
        double before;
        double surplus;
    }

    /** @param peers those there are at the moment */
    Surplus(Supplier<List<Peer>> peers) {
        this.peers = peers;
    }

    /** Reads what the peers that are up served since the last turn. */
    void look() {
        List<Peer> nowUp = peers.get().stream()
                .filter(peer -> peer.health() instanceof Health.Up)
                .toList();
        if (!nowUp.equals(up)) {
            up = nowUp;
            accounts.clear();
            turned();
            return;
        }
        double served = 0;
        double weights = 0;
        for (Peer peer : up) {
            served += peer.units() - account(peer).units;
            weights += peer.weight();
        }
        for (Peer peer : up) {
            Account its = account(peer);
            its.surplus = its.before + peer.units() - its.units - served * peer.weight() / weights;
        }
    }

    /** Begins anew with the next unit, but for what is remembered. */
    void turned() {
        for (Peer peer : peers.get()) {
            Account its = account(peer);
            its.units = peer.units();
            its.before = KEPT * its.surplus;
        }
    }

    /** Returns what {@code peer} had served beyond its share at the last look, per weight; negative if it served less. */
    double of(Peer peer) {
        return account(peer).surplus / peer.weight();
    }

    private Account account(Peer peer) {
        return accounts.computeIfAbsent(peer, any -> new Account());
    }
}
