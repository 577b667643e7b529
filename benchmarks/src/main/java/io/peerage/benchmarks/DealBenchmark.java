/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.peer.Background;
import io.peerage.peer.Bench;
import io.peerage.peer.Chance;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerEvents;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.Seat;
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
    private static final class NoBackground implements Background {
        @Override
        public void execute(Runnable work) {
            throw new IllegalStateException("no check should run");
        }

        @Override
        public Runnable after(long delayNanos, Runnable work) {
            throw new IllegalStateException("no check should run");
        }
    }

    /** The group and its seats, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Table {
        final PeerGroup group = new PeerGroup(
                List.of(new PeerGroup.Member("a", 1), new PeerGroup.Member("b", 1), new PeerGroup.Member("c", 1)),
                new RandomSelection(),
                TimeUnit.SECONDS.toNanos(30),
                Ticker.system(),
                Chance.threadLocal(),
                PeerEvents.NONE,
                new NoBackground(),
                peer -> null,
                (failure, phase) -> new Verdict("none", false, Verdict.Standing.SOUND, false));
        final Bench bench = new Bench(Chance.threadLocal());
        final List<Seat> seats = new ArrayList<>();
        private final AtomicInteger taken = new AtomicInteger();

        public Table() {
            for (int i = 0; i < LINKS; i++) {
                Seat seat = new Seat(new MemoryLink(group.peers().get(i % PEERS)));
                seats.add(seat);
                bench.add(seat);
            }
        }

        Seat next() {
            return seats.get(taken.getAndIncrement() % LINKS);
        }
    }

    /** A managed connection's seat: each thread has its own. */
    @State(Scope.Thread)
    public static class Chair {

        @SuppressWarnings("NullAway.Init")
        private Seat seat;

        @Setup(Level.Trial)
        public void sit(Table table) {
            seat = table.next();
        }
    }

    /** Draw, trade, settle, and rest again. */
    @Benchmark
    public Link deal(Table table, Chair chair) {
        return unit(table, chair.seat);
    }

    /** The same from two threads at once. */
    @Benchmark
    @Threads(2)
    public Link dealFromTwoThreads(Table table, Chair chair) {
        return unit(table, chair.seat);
    }

    private static Link unit(Table table, Seat seat) {
        Link taken = seat.take();
        if (taken == null) {
            throw new IllegalStateException("a seat that rests can be taken");
        }
        Link dealt = table.group.deal(taken, table.bench);
        if (!seat.settle(dealt) || !table.group.serves(dealt.peer())) {
            throw new IllegalStateException("nobody leaves and no peer fails here");
        }
        seat.rest();
        return dealt;
    }
}
