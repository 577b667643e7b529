/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.peer.Link;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What a deal costs by the number of connections, peers and threads, with connections at rest to trade with, and with
 * every connection at work.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DealsAtScale {

    /** The group and its slots, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Pool {

        @Param({"10", "200", "2000"})
        int connections;

        @Param({"3", "32", "128"})
        int peers;

        /** Whether the connections that no thread of the benchmark uses are at work all the while. */
        @Param({"false", "true"})
        boolean saturated;

        private final SlotRegistry registry = new SlotRegistry(RandomSource.threadLocal());
        private final List<Slot> slots = new ArrayList<>();
        private final AtomicInteger threads = new AtomicInteger();

        @SuppressWarnings("NullAway.Init")
        private PeerGroup group;

        @Setup(Level.Trial)
        public void open() {
            group = Tables.group(peers);
            for (int i = 0; i < connections; i++) {
                Slot slot = new Slot(Tables.link(group.peers().get(i % peers)));
                registry.add(slot);
                slots.add(slot);
            }
        }

        /** Returns a thread's first choice, which others share where there are more threads. */
        int choose() {
            return threads.getAndIncrement() % connections;
        }

        /** Begins a unit of work on a slot that no thread uses. */
        void occupy(int index) {
            Link link = slots.get(index).take();
            if (link != null) {
                link.peer().dealt();
                slots.get(index).occupy(link);
            }
        }

        /** A unit of work in the slot at {@code first}, or in the next one that rests. */
        Link unit(int first) {
            int at = first;
            while (true) {
                Slot slot = slots.get(at);
                Link taken = slot.take();
                if (taken != null) {
                    Link dealt = group.deal(taken, registry);
                    dealt.peer().dealt();
                    slot.occupy(dealt);
                    slot.rest();
                    dealt.peer().done(-1);
                    return dealt;
                }
                at = at + 1 < connections ? at + 1 : 0;
                Thread.onSpinWait();
            }
        }
    }

    /** A managed connection's slot. */
    @State(Scope.Thread)
    public static class Own {

        private int index;

        @Setup(Level.Trial)
        public void choose(Pool pool) {
            index = pool.choose();
        }
    }

    /** All that no thread uses is at work, where the pool is saturated. */
    @State(Scope.Benchmark)
    public static class Others {

        @Setup(Level.Iteration)
        public void occupy(Pool pool, BenchmarkParams params) {
            if (pool.saturated) {
                for (int i = params.getThreads(); i < pool.connections; i++) {
                    pool.occupy(i);
                }
            }
        }
    }

    @Benchmark
    public Link deal(Pool pool, Own own, Others others) {
        return pool.unit(own.index);
    }

    /** Prints the time and the allocation of a deal in each case, which takes about nine minutes. Takes no arguments. */
    public static void main(String[] args) throws RunnerException {
        System.out.printf("%11s %5s %9s %7s %10s %7s%n", "connections", "peers", "saturated", "threads", "ns", "bytes");
        for (int threads : new int[] {1, 8, 64}) {
            ChainedOptionsBuilder scale = new OptionsBuilder()
                    .warmupIterations(3)
                    .warmupTime(TimeValue.milliseconds(300))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.milliseconds(300));
            run(scale.threads(threads)).forEach(DealsAtScale::print);
        }
    }

    /** Runs it for as long, and with as many threads and what parameters, as {@code scale} says. */
    static Collection<RunResult> run(ChainedOptionsBuilder scale) throws RunnerException {
        return new Runner(scale.include("DealsAtScale")
                        .forks(1)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    private static void print(RunResult result) {
        System.out.printf(
                Locale.ROOT,
                "%11s %5s %9s %7d %10.1f %7.2f%n",
                result.getParams().getParam("connections"),
                result.getParams().getParam("peers"),
                result.getParams().getParam("saturated"),
                result.getParams().getThreads(),
                result.getPrimaryResult().getScore(),
                Figures.allocation(result));
    }
}
