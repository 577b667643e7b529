/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Servers that replicate to each other: what is common to the kinds of clusters. {@code member1} is the one that began
 * it. Confined to one thread.
 */
public abstract class LocalCluster implements AutoCloseable {

    /** How long members may take to form a cluster, to join or to recover; a machine may be busy. */
    static final Duration JOIN_LIMIT = Duration.ofMinutes(2);

    private final List<LocalPeer> peers;

    LocalCluster(List<LocalPeer> peers) {
        this.peers = List.copyOf(peers);
    }

    /** Prepares servers; each has as many ports of its own, beside the one for clients, as the options take. */
    static List<LocalPeer> prepare(Flavour flavour, int count, IntFunction<List<String>> options) {
        DataTemplate template = flavour.template();
        return IntStream.range(0, count)
                .mapToObj(i -> LocalPeer.prepare("member" + (i + 1), flavour, template, options.apply(i)))
                .toList();
    }

    /** Returns all members, running or not, in the order of their numbers. */
    public List<LocalPeer> peers() {
        return peers;
    }

    /** Returns the member of this number; the first is 1. */
    public LocalPeer peer(int number) {
        return peers.get(number - 1);
    }

    /** Returns all members but these. */
    public List<LocalPeer> others(LocalPeer... members) {
        List<LocalPeer> others = new ArrayList<>(peers);
        others.removeAll(List.of(members));
        return others;
    }

    /** Returns the value of the property {@code Peers}: each member with its name in front. */
    public String setting() {
        return peers.stream().map(LocalPeer::toString).collect(Collectors.joining(","));
    }

    /** Runs SQL as the administrator on the first member that serves; the others follow. */
    public void execute(String sql) {
        serving().execute(sql);
    }

    /** Returns the first member that is running, not frozen, and one of a cluster that takes writes. */
    LocalPeer serving() {
        return peers.stream()
                .filter(this::servesNow)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no member serves"));
    }

    /** Returns whether a running member is in full order and sees as many others in full order as {@code members - 1}. */
    abstract boolean isComplete(LocalPeer peer, int members);

    /** Returns whether a running member is in full order. */
    abstract boolean serves(LocalPeer peer);

    /** Has a server that is stopped or just started take part again, and returns when it is in full order. */
    public abstract void rejoin(LocalPeer peer) throws Exception;

    /** Waits until these members are in full order and see each other so. */
    public void awaitComplete(List<LocalPeer> members) throws Exception {
        for (LocalPeer member : members) {
            Patience.await(
                    member + " to be in full order with " + (members.size() - 1) + " others",
                    JOIN_LIMIT,
                    () -> isComplete(member, members.size()),
                    () -> state(member));
        }
    }

    /** Returns how a running member sees the cluster, for messages. */
    public abstract String state(LocalPeer peer);

    /** Makes everything run again and the cluster complete, however the last test left it. */
    public void mend() throws Exception {
        peers.stream().filter(LocalPeer::isFrozen).forEach(LocalPeer::thaw);
        if (!servesAgain()) {
            bootstrap();
        }
        for (LocalPeer peer : peers) {
            if (!peer.isRunning() || !isComplete(peer, peers.size())) {
                rejoin(peer);
            }
        }
        awaitComplete(peers);
    }

    /** Those that were frozen find each other by themselves, if they are more than half. */
    private boolean servesAgain() throws Exception {
        if (peers.stream().filter(LocalPeer::isRunning).count() * 2 > peers.size()) {
            try {
                Patience.await("a member to serve", () -> peers.stream().anyMatch(this::servesNow));
            } catch (AssertionError noneDoes) {
                return false;
            }
        }
        return peers.stream().anyMatch(this::servesNow);
    }

    private boolean servesNow(LocalPeer peer) {
        return peer.isRunning() && !peer.isFrozen() && serves(peer);
    }

    /** Has a cluster of which no member serves begin anew, from the member that knows most; the others join it. */
    public abstract void bootstrap() throws Exception;

    @Override
    public void close() {
        peers.forEach(LocalPeer::close);
    }
}
