/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.benchmarks;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What a run of benchmarks found: time and allocation of one operation each, by short names. Immutable. */
final class Figures {

    /**
     * One benchmark's.
     *
     * @param nanos time of one operation
     * @param error half of the 99.9 % confidence interval; NaN with too few iterations
     * @param bytes allocated by one operation
     */
    record Figure(double nanos, double error, double bytes) {}

    private final Map<String, Figure> figures = new TreeMap<>();

    Figures(Collection<RunResult> results) {
        for (RunResult result : results) {
            Result<?> time = result.getPrimaryResult();
            figures.put(
                    name(result.getParams()), new Figure(time.getScore(), time.getScoreError(), allocation(result)));
        }
    }

    /** Returns how many bytes one operation allocated, of a run with the profiler of allocations. */
    static double allocation(RunResult result) {
        Result<?> allocation = result.getSecondaryResults().get("gc.alloc.rate.norm");
        if (allocation == null) {
            throw new IllegalStateException("the profiler of allocations said nothing");
        }
        return allocation.getScore();
    }

    private static String name(BenchmarkParams params) {
        String method = params.getBenchmark().replaceFirst("^.*\\.", "");
        return params.getParamsKeys().stream()
                .map(key -> " " + params.getParam(key))
                .collect(Collectors.joining("", method, ""));
    }

    /** Returns the figure of the method and its parameter, such as {@code query HANDLES}. */
    Figure of(String name) {
        Figure figure = figures.get(name);
        if (figure == null) {
            throw new IllegalArgumentException("no figure for " + name + ", there are " + figures.keySet());
        }
        return figure;
    }

    /** Returns how many nanoseconds handles add to the driver's own time of an operation. */
    double addedByHandles(String operation) {
        return of(operation + " HANDLES").nanos() - of(operation + " DRIVER").nanos();
    }

    /** Returns all figures and what follows from them, as text. */
    String report() {
        StringBuilder text = new StringBuilder("figures for one operation:\n");
        figures.forEach((name, figure) -> text.append(String.format(
                Locale.ROOT,
                "  %-28s %,12.1f ns ± %,.1f   %,8.2f B%n",
                name,
                figure.nanos(),
                figure.error(),
                figure.bytes())));
        for (String operation : new String[] {"execute", "prepareAndExecute", "query"}) {
            text.append(
                    String.format(Locale.ROOT, "  handles add %.1f ns to %s%n", addedByHandles(operation), operation));
        }
        double driver = of("select DRIVER").nanos();
        for (Contestant.Kind kind : Contestant.Kind.values()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  select %-18s %.3f x the driver's time%n",
                    kind,
                    of("select " + kind).nanos() / driver));
        }
        return text.toString();
    }
}
