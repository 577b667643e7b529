/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import io.peerage.local.LocalPeer;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs all benchmarks against the same three real servers, and prints what they found. Stateless. */
public final class Benchmarks {

    private Benchmarks() {}

    /** Runs them in full, which takes about eight minutes. Takes no arguments. */
    public static void main(String[] args) throws RunnerException {
        Figures figures = run(new OptionsBuilder()
                .forks(2)
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1)));
        System.out.println(figures.report());
    }

    /** Runs them for as long as {@code scale} says, each in a JVM of its own. */
    static Figures run(ChainedOptionsBuilder scale) throws RunnerException {
        List<LocalPeer> peers = LocalPeer.startAll(3);
        try {
            String addresses = peers.stream().map(LocalPeer::address).collect(Collectors.joining(","));
            return new Figures(new Runner(scale.include("^io\\.peerage\\..*Benchmark\\..*")
                            .shouldFailOnError(true)
                            .verbosity(VerboseMode.SILENT)
                            .addProfiler(GCProfiler.class)
                            .jvmArgsAppend("-Xms256m", "-Xmx256m", "-D" + SelectBenchmark.PEERS + "=" + addresses)
                            .build())
                    .run());
        } finally {
            peers.forEach(LocalPeer::close);
        }
    }
}
