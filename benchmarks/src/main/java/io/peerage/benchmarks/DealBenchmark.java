/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.peer.Link;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
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

    /** The group and its slots, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Table {
        final PeerGroup group = Tables.group(PEERS);
        final SlotRegistry registry = new SlotRegistry(RandomSource.threadLocal());
        final List<Slot> slots = new ArrayList<>();
        private final AtomicInteger taken = new AtomicInteger();

        public Table() {
            for (int i = 0; i < LINKS; i++) {
                Slot slot = new Slot(Tables.link(group.peers().get(i % PEERS)));
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
    public static class Own {

        @SuppressWarnings("NullAway.Init")
        private Slot slot;

        @Setup(Level.Trial)
        public void take(Table table) {
            slot = table.next();
        }
    }

    /** Draw, trade, occupy, and rest again. */
    @Benchmark
    public Link deal(Table table, Own own) {
        return unit(table, own.slot);
    }

    /** The same from two threads at once. */
    @Benchmark
    @Threads(2)
    public Link dealFromTwoThreads(Table table, Own own) {
        return unit(table, own.slot);
    }

    private static Link unit(Table table, Slot slot) {
        Link taken = slot.take();
        if (taken == null) {
            throw new IllegalStateException("a slot that rests can be taken");
        }
        Link dealt = table.group.deal(taken, table.registry);
        if (!slot.occupy(dealt) || !table.group.serves(dealt.peer())) {
            throw new IllegalStateException("nobody leaves and no peer fails here");
        }
        slot.rest();
        return dealt;
    }
}
