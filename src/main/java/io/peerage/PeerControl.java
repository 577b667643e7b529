/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.LiveGroup;
import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.xa.Recovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What an operator sees of the peers of one pool, and does to them: {@code dataSource.unwrap(PeerControl.class)}.
 *
 * <p>Thread-safe.
 */
public final class PeerControl {

    private final LiveGroup group;
    private final Recovery recovery;

    PeerControl(SharedGroup shared) {
        this.group = shared.live();
        this.recovery = shared.recovery();
    }

    /**
     * Returns what each peer is like now, in the order of the configuration; behind them those that were removed from
     * it and have a connection yet.
     */
    public List<PeerStatus> peers() {
        long now = group.ticker().nanos();
        List<PeerStatus> all = new ArrayList<>();
        for (Peer peer : known()) {
            Health health = peer.health();
            Throwable cause = health.cause();
            long untilAsked = health.untilAsked(now);
            all.add(new PeerStatus(
                    peer.name(),
                    recovery.isLost(peer) ? "lost" : health.word(),
                    cause == null ? null : cause.getMessage(),
                    TimeUnit.NANOSECONDS.toMillis(now - health.since()),
                    untilAsked < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(untilAsked),
                    peer.connections(),
                    peer.units()));
        }
        return all;
    }

    /**
     * Takes a peer out for maintenance: once this returns no unit of work begins on it and no connection is opened to
     * it; work under way finishes, idle connections leave within seconds, to the other peers.
     *
     * @throws IllegalArgumentException if there is no peer of that name; the message lists them
     */
    public void drain(String peer) {
        group.peers().drain(find(peer));
    }

    /**
     * Gives a peer up that will not come back, with the transactions it has in doubt: drains it, and recovery neither
     * asks it nor waits for it any more. Branches prepared there stay so; {@link #resume} undoes this.
     *
     * @throws IllegalArgumentException if there is no peer of that name; the message lists them
     */
    public void declareLost(String peer) {
        group.peers().drain(find(peer));
        recovery.declareLost(find(peer));
    }

    /**
     * Lets a peer that was drained or declared lost come back, as soon as a probe, which starts now, finds it well.
     *
     * @throws IllegalArgumentException if there is no peer of that name; the message lists them
     */
    public void resume(String peer) {
        recovery.resume(find(peer));
        group.peers().resume(find(peer));
    }

    /**
     * Waits until this pool has no connection to a peer any more, for instance after {@link #drain}, or after the peer
     * was removed from the configuration.
     *
     * @return whether that came true within {@code limit}
     * @throws IllegalArgumentException if there is no peer of that name; the message lists them
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    public boolean awaitNoConnections(String peer, Duration limit) throws InterruptedException {
        List<Peer> named =
                known().stream().filter(each -> each.name().equals(peer)).toList();
        if (named.isEmpty()) {
            throw unknown(peer);
        }
        long deadline = group.ticker().nanos() + limit.toNanos();
        for (Peer each : named) {
            if (!each.awaitNoConnections(Math.max(0, deadline - group.ticker().nanos()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns how often each fault was met on a peer since the pool began, by the fault's name.
     *
     * @throws IllegalArgumentException if there is no peer of that name; the message lists them
     */
    public Map<String, Long> failures(String peer) {
        return find(peer).failures();
    }

    private Peer find(String name) {
        return group.peers().peers().stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private List<Peer> known() {
        List<Peer> known = new ArrayList<>(group.peers().peers());
        known.addAll(group.directory().leaving());
        return known;
    }

    private IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("no peer is named " + name + ", there are "
                + group.peers().peers().stream().map(Peer::name).collect(Collectors.joining(", ")));
    }
}
