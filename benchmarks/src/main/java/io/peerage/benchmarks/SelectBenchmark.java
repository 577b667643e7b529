/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One autocommit query against real servers, which {@link Benchmarks} starts for all contestants. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class SelectBenchmark {

    /** System property that names the servers: host:port, separated by commas. */
    static final String PEERS = "peerage.benchmark.peers";

    @Param
    public Contestant.Kind contestant = Contestant.Kind.DRIVER;

    @SuppressWarnings("NullAway.Init")
    private Contestant chosen;

    @Setup(Level.Trial)
    public void connect() throws Exception {
        String peers = System.getProperty(PEERS);
        if (peers == null) {
            throw new IllegalStateException(PEERS + " is not set: run this through " + Benchmarks.class.getName());
        }
        chosen = Contestant.of(contestant, peers.split(","));
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        chosen.close();
    }

    @Benchmark
    public int select() throws Exception {
        return chosen.select();
    }
}
