/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerEvents;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import io.peerage.peer.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** Dealing at a boundary, without I/O: twelve links to three peers, in memory. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DealBenchmark {

    private static final int PEERS = 3;
    private static final int LINKS = 12;

    /** A link that leads nowhere. */
    private static final class MemoryLink extends Link {
        MemoryLink(Peer peer) {
            super(peer);
        }
    }

    /** Drops what it is given: no check runs. */
    private static final class NoBackground implements Scheduler {
        @Override
        public void execute(Runnable work) {
            throw new IllegalStateException("no check should run");
        }

        @Override
        public Runnable after(long delayNanos, Runnable work) {
            throw new IllegalStateException("no check should run");
        }
    }

    /** The group and its slots, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Table {
        final PeerGroup group = new PeerGroup(
                List.of(new NamedEndpoint("a", 1), new NamedEndpoint("b", 1), new NamedEndpoint("c", 1)),
                new RandomSelection(),
                TimeUnit.SECONDS.toNanos(30),
                Ticker.system(),
                RandomSource.threadLocal(),
                PeerEvents.NONE,
                new NoBackground(),
                peer -> null,
                (failure, phase) -> new Verdict("none", false, Verdict.Standing.SOUND, false));
        final SlotRegistry registry = new SlotRegistry(RandomSource.threadLocal());
        final List<Slot> slots = new ArrayList<>();
        private final AtomicInteger taken = new AtomicInteger();

        public Table() {
            for (int i = 0; i < LINKS; i++) {
                Slot slot = new Slot(new MemoryLink(group.peers().get(i % PEERS)));
                slots.add(slot);
                registry.add(slot);
            }
        }

        Slot next() {
            return slots.get(taken.getAndIncrement() % LINKS);
        }
    }

    /** A managed connection's slot: each thread has its own. */
    @State(Scope.Thread)
    public static class Chair {

        @SuppressWarnings("NullAway.Init")
        private Slot slot;

        @Setup(Level.Trial)
        public void sit(Table table) {
            slot = table.next();
        }
    }

    /** Draw, trade, settle, and rest again. */
    @Benchmark
    public Link deal(Table table, Chair chair) {
        return unit(table, chair.slot);
    }

    /** The same from two threads at once. */
    @Benchmark
    @Threads(2)
    public Link dealFromTwoThreads(Table table, Chair chair) {
        return unit(table, chair.slot);
    }

    private static Link unit(Table table, Slot slot) {
        Link taken = slot.take();
        if (taken == null) {
            throw new IllegalStateException("a seat that rests can be taken");
        }
        Link dealt = table.group.deal(taken, table.registry);
        if (!slot.occupy(dealt) || !table.group.serves(dealt.peer())) {
            throw new IllegalStateException("nobody leaves and no peer fails here");
        }
        slot.rest();
        return dealt;
    }
}
