/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What holds which branch: since it was prepared there, or recovery found it there, until it is finished. Thread-safe. */
final class BranchHolders {

    private final Map<BranchXid, Holder> holders = new ConcurrentHashMap<>();

    @Nullable Holder of(BranchXid xid) {
        return holders.get(xid);
    }

    void put(BranchXid xid, Holder holder) {
        holders.put(xid, holder);
    }

    void putIfAbsent(BranchXid xid, Holder holder) {
        holders.putIfAbsent(xid, holder);
    }

    void replace(BranchXid xid, Holder former, Holder holder) {
        holders.replace(xid, former, holder);
    }

    void remove(BranchXid xid) {
        holders.remove(xid);
    }

    void remove(BranchXid xid, Holder former) {
        holders.remove(xid, former);
    }

    /** Forgets what {@code peer} holds. */
    void forget(Peer peer) {
        holders.values().removeIf(holder -> holder.peer() == peer);
    }

    /** Returns all there are now. */
    Map<BranchXid, Holder> now() {
        return Map.copyOf(holders);
    }

    /** Returns the servers behind the address of {@code peer} that hold branches, those that have {@code ended} left out. */
    Set<ServerId> servers(Peer peer, Predicate<BranchXid> ended) {
        Set<ServerId> servers = new LinkedHashSet<>();
        holders.forEach((xid, holder) -> {
            if (holder.peer() == peer && holder.server() != null && !ended.test(xid)) {
                servers.add(holder.server());
            }
        });
        return servers;
    }
}
