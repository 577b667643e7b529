/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Peer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a branch is to be finished, by what the peers list: XA PREPARE is replicated, so a replica lists the branches
 * of its origin, and finishing one there would break the replication. The only holder that takes writes is the origin;
 * nothing is guessed where there are several, or none. Immutable.
 *
 * @param holder the origin, or null if that cannot be told
 * @param holders the peers that list the branch, in the order of the configuration; a peer as often as servers behind
 *     it do
 */
record Origin(@Nullable Holder holder, List<Peer> holders) {

    static Origin of(BranchXid xid, Map<Peer, PeerListing> listings) {
        List<Peer> holders = new ArrayList<>();
        List<Holder> writable = new ArrayList<>();
        listings.forEach((peer, listing) -> {
            for (PeerListing.Server server : listing.servers()) {
                if (server.prepared().contains(xid)) {
                    holders.add(peer);
                    if (!server.readOnly()) {
                        writable.add(new Holder(peer, server.reached().server()));
                    }
                }
            }
        });
        holders.sort(Comparator.comparingInt(Peer::index));
        return new Origin(writable.size() == 1 ? writable.get(0) : null, List.copyOf(holders));
    }

    /** Returns why the origin cannot be told, and what to do by hand. */
    String problem() {
        return "the branch is listed by " + holders
                + ", so one of them replicates it from another, and its origin is not clear: make every server that only"
                + " replicates read-only, or finish the branch by hand on its origin";
    }
}
