/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Threads that do one unit of work after the other at a steady pace, and what became of them. Thread-safe; ends with
 * {@link #close}.
 */
final class Load implements AutoCloseable {

    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final List<Thread> threads;
    private final Map<Integer, LongAdder> served = new ConcurrentHashMap<>();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong worstNanos = new AtomicLong();
    /** How many units each thread has ended, well or not. */
    private final AtomicIntegerArray ended;

    private volatile boolean running = true;

    /**
     * A unit of work that failed.
     *
     * @param thread the number of its thread, from 0
     * @param dealtTo the port it was dealt to; 0 if it was not dealt
     * @param began when, by {@link System#nanoTime}
     */
    record Failure(int thread, int dealtTo, long began, Exception cause) {}

    /** As many threads that each ask one autocommit query after the other. */
    Load(DataSource source, int threads) {
        this(threads, i -> dealt -> LivePeers.ask(source));
    }

    /** @param units what each thread does, by its number from 0 */
    Load(int threads, IntFunction<Units.Unit> units) {
        this.ended = new AtomicIntegerArray(threads);
        this.threads = IntStream.range(0, threads)
                .mapToObj(i -> {
                    Units.Unit unit = units.apply(i);
                    return new Thread(() -> work(i, unit), "load-" + i);
                })
                .toList();
    }

    /** Begins. */
    Load start() {
        threads.forEach(Thread::start);
        return this;
    }

    private void work(int thread, Units.Unit unit) {
        AtomicInteger dealtTo = new AtomicInteger();
        while (running) {
            long began = System.nanoTime();
            try {
                dealtTo.set(0);
                served.computeIfAbsent(unit.run(dealtTo::set), any -> new LongAdder())
                        .increment();
            } catch (Exception e) {
                failures.add(new Failure(thread, dealtTo.get(), began, e));
            }
            worstNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
            ended.incrementAndGet(thread);
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    long served(int port) {
        LongAdder count = served.get(port);
        return count == null ? 0 : count.sum();
    }

    long total() {
        return served.values().stream().mapToLong(LongAdder::sum).sum();
    }

    List<Exception> errors() {
        return failures.stream().map(Failure::cause).toList();
    }

    List<Failure> failures() {
        return List.copyOf(failures);
    }

    long worstMillis() {
        return TimeUnit.NANOSECONDS.toMillis(worstNanos.get());
    }

    void clearWorst() {
        worstNanos.set(0);
    }

    /** Waits until {@code count} more units of work have been done. */
    void awaitMore(long count) throws Exception {
        long goal = total() + count;
        LivePeers.await(count + " more answers", () -> total() >= goal);
    }

    /** Waits until each thread has ended the unit it is in now. */
    void awaitEveryThread() throws Exception {
        for (int i = 0; i < ended.length(); i++) {
            int thread = i;
            int before = ended.get(thread);
            LivePeers.await("thread " + thread + " to go on", () -> ended.get(thread) != before);
        }
    }

    /** Waits until a peer serves its share again, within a fifth of it. */
    void awaitShare(int port, double share) throws Exception {
        LivePeers.await("a share of " + share, () -> {
            long before = served(port);
            long all = total();
            awaitMore(600);
            double now = (served(port) - before) / (double) (total() - all);
            return Math.abs(now - share) < share / 5;
        });
    }

    @Override
    public void close() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while the load ended", e);
            }
        }
    }
}
