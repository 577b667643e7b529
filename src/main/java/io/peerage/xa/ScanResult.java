/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * What a scan heard of the peers, and what that says of a branch. Immutable.
 *
 * @param heard what each peer lists, also one that is missing because not all of its servers were met
 * @param missing the peers that did not answer in full, and what the last attempt met
 */
record ScanResult(Map<Peer, PeerListing> heard, Map<Peer, Exception> missing) {

    /** Returns what each peer lists that answered in full. */
    Map<Peer, PeerListing> answers() {
        Map<Peer, PeerListing> answers = new HashMap<>(heard);
        answers.keySet().removeAll(missing.keySet());
        return answers;
    }

    /** Returns all branches heard of, each once. */
    Set<BranchXid> listed() {
        Set<BranchXid> listed = new LinkedHashSet<>();
        heard.values().forEach(listing -> listing.servers().forEach(server -> listed.addAll(server.prepared())));
        return listed;
    }

    /** Returns whether the server that held {@code xid}, wherever it was met, does not list it any more. */
    boolean isOver(BranchXid xid, Holder holder) {
        PeerListing own = heard.get(holder.peer());
        if (own == null || own.contains(xid)) {
            return false;
        }
        ServerId server = holder.server();
        return own.covers(server)
                || (server != null
                        && heard.values().stream().noneMatch(listing -> listing.contains(xid))
                        && heard.values().stream().anyMatch(listing -> listing.covers(server)));
    }

    /**
     * Returns whether what {@code from} held may be elsewhere: its peer is removed; or was asked, every other one as
     * well, and a standby is there now, or the server has not been met there for minutes.
     *
     * @param seen the servers that the address of the peer has led to lately
     */
    boolean hasLeft(Holder from, Set<ServerId> seen) {
        Peer peer = from.peer();
        if (peer.isRemoved()) {
            return true;
        }
        ServerId server = from.server();
        PeerListing there = heard.get(peer);
        if (there == null || there.covers(server) || missing.keySet().stream().anyMatch(other -> other != peer)) {
            return false;
        }
        return there.repeats(server) || (server != null && !seen.contains(server));
    }

    /** Returns what to throw where the answers that are missing are needed. */
    XAException incomplete(String verb, @Nullable BranchXid xid) {
        String text = missing.entrySet().stream()
                .map(entry -> entry.getKey() + " could not be asked: "
                        + entry.getValue().getMessage())
                .collect(Collectors.joining("; "));
        XAException failure = XaFailure.of(
                XAException.XAER_RMFAIL,
                verb,
                xid,
                text + ". Bring it back, or declare it lost if it never comes",
                null);
        missing.values().forEach(failure::addSuppressed);
        return failure;
    }
}
