/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.Set;

/**
 * The peers that can be dealt at one moment, in the deployer's order. Made when a state changes, so that a deal only
 * reads it, in a time that does not depend on how many there are. Immutable.
 */
final class EligiblePeers extends AbstractList<Peer> implements RandomAccess {

    private final Peer[] peers;
    /** Where each ends on a line on which each is as long as its weight. */
    private final int[] ends;

    private final Set<Peer> all;

    EligiblePeers(List<Peer> peers) {
        this.peers = peers.toArray(Peer[]::new);
        this.ends = new int[this.peers.length];
        this.all = Set.copyOf(peers);
        int end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += this.peers[i].weight();
            ends[i] = end;
        }
    }

    /** Returns {@code peers} with their weights laid out. */
    static EligiblePeers weighted(List<Peer> peers) {
        return peers instanceof EligiblePeers ready ? ready : new EligiblePeers(peers);
    }

    /** Returns the sum of the weights. */
    int totalWeight() {
        return ends[ends.length - 1];
    }

    /** Returns the peer at {@code point} of the line, from 0 to the total weight less 1. */
    Peer at(int point) {
        int found = Arrays.binarySearch(ends, point + 1);
        return peers[found < 0 ? -found - 1 : found];
    }

    @Override
    public Peer get(int index) {
        return peers[index];
    }

    @Override
    public int size() {
        return peers.length;
    }

    @Override
    public boolean contains(Object peer) {
        return all.contains(peer);
    }
}
