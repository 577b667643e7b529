/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.peer.Endpoint;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerEvents;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import io.peerage.peer.Verdict;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Peers and links in memory, to deal among. Stateless. */
final class Tables {

    private Tables() {}

    private record Named(String name, int weight) implements Endpoint {}

    /** A link that leads nowhere. */
    private static final class MemoryLink extends Link {
        MemoryLink(Peer peer) {
            super(peer);
        }
    }

    /** Refuses what it is given: no check runs. */
    private static final class NoScheduler implements Scheduler {
        @Override
        public void execute(Runnable work) {
            throw new IllegalStateException("no check should run");
        }

        @Override
        public Runnable after(long delayNanos, Runnable work) {
            throw new IllegalStateException("no check should run");
        }
    }

    /** Returns a group of {@code peers} that are well, equal and never asked. */
    static PeerGroup group(int peers) {
        return new PeerGroup(
                IntStream.range(0, peers).mapToObj(i -> new Named("p" + i, 1)).toList(),
                new RandomSelection(),
                TimeUnit.SECONDS.toNanos(30),
                Ticker.system(),
                RandomSource.threadLocal(),
                PeerEvents.NONE,
                new NoScheduler(),
                peer -> null,
                (failure, phase) -> new Verdict("none", false, Verdict.Standing.SOUND, false));
    }

    /** Returns a link to {@code peer}, which counts it as a connection. */
    static Link link(Peer peer) {
        peer.reserve();
        return new MemoryLink(peer);
    }
}
