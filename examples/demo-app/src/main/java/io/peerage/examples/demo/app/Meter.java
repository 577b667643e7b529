/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/** Counts, second by second, what the application got from which peer. Thread-safe. */
final class Meter {

    /** How many past seconds a snapshot covers. */
    static final int SECONDS = 120;

    private static final int SHARE_SECONDS = 10;
    private static final int FAILURES_KEPT = 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final LongSupplier nanoClock;
    private final InstantSource clock;
    private final List<String> peers;
    private final long startNanos;

    /** Guarded by "this", like all below; the second being counted has its place beside the past ones. */
    private final Second[] ring = new Second[SECONDS + 1];

    private final long[] totals;
    private final Deque<Failure> failures = new ArrayDeque<>();
    private long failed;

    /**
     * @param nanoClock monotonic
     * @param clock tells people when something failed
     */
    Meter(LongSupplier nanoClock, InstantSource clock, List<String> peers) {
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.peers = List.copyOf(peers);
        this.startNanos = nanoClock.getAsLong();
        this.totals = new long[peers.size()];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = new Second(peers.size());
        }
    }

    synchronized void served(String peer, long latencyNanos) {
        int index = peers.indexOf(peer);
        totals[index]++;
        Second second = current();
        second.served[index]++;
        second.maxLatencyNanos = Math.max(second.maxLatencyNanos, latencyNanos);
    }

    synchronized void failed(String message, long latencyNanos) {
        failed++;
        failures.addFirst(new Failure(clock.instant(), message));
        if (failures.size() > FAILURES_KEPT) {
            failures.removeLast();
        }
        Second second = current();
        second.failed++;
        second.maxLatencyNanos = Math.max(second.maxLatencyNanos, latencyNanos);
    }

    /** Returns what happened up to the end of the last full second. */
    synchronized Snapshot snapshot() {
        long now = second();
        List<PeerCounts> counts = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            int peer = i;
            List<Integer> perSecond = LongStream.range(now - SECONDS, now)
                    .mapToObj(second -> isKept(second) ? at(second).served[peer] : 0)
                    .toList();
            int recent = perSecond.subList(SECONDS - SHARE_SECONDS, SECONDS).stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            counts.add(new PeerCounts(peers.get(i), totals[i], recent, perSecond));
        }
        List<Integer> failedPerSecond = LongStream.range(now - SECONDS, now)
                .mapToObj(second -> isKept(second) ? at(second).failed : 0)
                .toList();
        double maxLatencyMillis = isKept(now - 1) ? at(now - 1).maxLatencyNanos / NANOS_PER_MILLI : 0;
        return new Snapshot(now, counts, failed, failedPerSecond, maxLatencyMillis, List.copyOf(failures));
    }

    private long second() {
        return (nanoClock.getAsLong() - startNanos) / NANOS_PER_SECOND;
    }

    private Second current() {
        long now = second();
        Second second = at(now);
        if (second.number != now) {
            second.clear(now);
        }
        return second;
    }

    /** Tells whether its place was not left to an older second, in which something happened last. */
    private boolean isKept(long second) {
        return second >= 0 && at(second).number == second;
    }

    private Second at(long second) {
        return ring[(int) (second % ring.length)];
    }

    /** A failure that the application saw. */
    record Failure(Instant at, String message) {}

    /**
     * What one peer served.
     *
     * @param recent in the last ten seconds
     * @param perSecond in each of the last {@link #SECONDS} full seconds, the latest last
     */
    record PeerCounts(String name, long total, int recent, List<Integer> perSecond) {}

    /**
     * All counts of one moment.
     *
     * @param second how many full seconds are counted
     * @param failures the latest first
     */
    record Snapshot(
            long second,
            List<PeerCounts> peers,
            long failed,
            List<Integer> failedPerSecond,
            double maxLatencyMillis,
            List<Failure> failures) {}

    private static final class Second {

        private final int[] served;
        private long number;
        private int failed;
        private long maxLatencyNanos;

        Second(int peers) {
            served = new int[peers];
        }

        void clear(long newNumber) {
            number = newNumber;
            failed = 0;
            maxLatencyNanos = 0;
            Arrays.fill(served, 0);
        }
    }
}
