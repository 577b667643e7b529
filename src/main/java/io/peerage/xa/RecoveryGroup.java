/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Peer;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The peers whose branches recovery finds and completes, what it needs to ask them, and what it knows of them.
 * Thread-safe.
 *
 * @param members the peers of now
 * @param lost the peers that the operator declared lost; changes
 * @param opener opens connections to peers
 * @param scheduler runs all that is done in the background
 */
record RecoveryGroup(
        Supplier<List<Peer>> members,
        Set<Peer> lost,
        Branches.Opener opener,
        PeerServers servers,
        BranchTable table,
        Scheduler scheduler,
        Ticker ticker,
        RecoveryLog log) {

    /** Returns the peers to ask: those of now, without those declared lost. */
    List<Peer> peers() {
        return members.get().stream().filter(peer -> !isLost(peer)).toList();
    }

    boolean isLost(Peer peer) {
        return lost.contains(peer);
    }

    /** Returns the clock's reading. */
    long now() {
        return ticker.nanos();
    }
}
