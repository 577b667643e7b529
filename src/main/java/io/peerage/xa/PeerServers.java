/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Which servers are behind the address of each peer, as far as is known. Thread-safe. */
final class PeerServers {

    /** How many servers of a peer are remembered as asked. */
    private static final int MOST_ASKED = 64;

    private final Function<Peer, Set<ServerId>> seen;
    private final Consumer<Peer> forgetSeen;
    private final BranchTable table;
    private final Map<Peer, Set<ServerId>> asked = new ConcurrentHashMap<>();

    /**
     * @param seen the servers that connections to a peer have met lately
     * @param forgetSeen forgets those
     * @param table knows the servers that hold branches
     */
    PeerServers(Function<Peer, Set<ServerId>> seen, Consumer<Peer> forgetSeen, BranchTable table) {
        this.seen = seen;
        this.forgetSeen = forgetSeen;
        this.table = table;
    }

    /** Returns those that connections have met lately. */
    Set<ServerId> seen(Peer peer) {
        return seen.apply(peer);
    }

    /** Returns those to be asked: connections have met them lately, or they hold a branch. */
    Set<ServerId> expected(Peer peer) {
        Set<ServerId> expected = new LinkedHashSet<>(seen(peer));
        expected.addAll(table.servers(peer));
        return expected;
    }

    /** Returns those that complete scans have asked since the start of the JVM. */
    Set<ServerId> asked(Peer peer) {
        return asked.getOrDefault(peer, Set.of());
    }

    /** Records that a complete scan has asked {@code met}. */
    void addAsked(Peer peer, Set<ServerId> met) {
        Set<ServerId> all = new HashSet<>(asked(peer));
        all.addAll(met);
        // Begins anew where a server calls itself otherwise each time.
        asked.put(peer, Set.copyOf(all.size() > MOST_ASKED ? met : all));
    }

    void forgetAsked(Peer peer) {
        asked.remove(peer);
    }

    /** Forgets all servers of {@code peer}, and what they hold. */
    void forget(Peer peer) {
        forgetAsked(peer);
        table.forget(peer);
        forgetSeen.accept(peer);
    }
}
