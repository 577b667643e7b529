/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Threads that do one unit of work after the other at a steady pace, and what became of them. Thread-safe; ends with
 * {@link #close}.
 */
public final class PacedLoad implements AutoCloseable {

    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final long SLOW_PACE_NANOS = 15 * PACE_NANOS;
    private static final int SAMPLE = 600;

    private final List<Thread> threads;
    private final Map<Integer, LongAdder> served = new ConcurrentHashMap<>();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong worstNanos = new AtomicLong();
    /** How many units each thread has ended, well or not. */
    private final AtomicIntegerArray ended;

    private volatile boolean running = true;
    private volatile long paceNanos = PACE_NANOS;

    /** A unit of work; returns the port of the server it ran on, after it told where it was dealt to, if it knows. */
    @FunctionalInterface
    public interface Unit {
        int run(IntConsumer dealt) throws Exception;
    }

    /**
     * A unit of work that failed.
     *
     * @param thread the number of its thread, from 0
     * @param dealtTo the port it was dealt to; 0 if it was not dealt, or did not tell
     * @param began when, by {@link System#nanoTime}
     */
    public record Failure(int thread, int dealtTo, long began, Exception cause) {}

    private PacedLoad(int threads, IntFunction<Unit> units) {
        this.ended = new AtomicIntegerArray(threads);
        this.threads = IntStream.range(0, threads)
                .mapToObj(i -> {
                    Unit unit = units.apply(i);
                    return new Thread(() -> work(i, unit), "load-" + i);
                })
                .toList();
    }

    /** Begins, with {@code unit} as a unit of work that returns the port of the server that did it. */
    public static PacedLoad start(int threads, Callable<Integer> unit) {
        return startEach(threads, i -> dealt -> unit.call());
    }

    /** Begins, with {@code units} as what each thread does, by its number from 0. */
    public static PacedLoad startEach(int threads, IntFunction<Unit> units) {
        PacedLoad load = new PacedLoad(threads, units);
        load.threads.forEach(Thread::start);
        return load;
    }

    private void work(int thread, Unit unit) {
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
            LockSupport.parkNanos(paceNanos);
        }
    }

    /** Goes on slowly: a server that comes back has less to catch up with. */
    public void slow() {
        paceNanos = SLOW_PACE_NANOS;
    }

    /** Goes on at the usual pace. */
    public void quick() {
        paceNanos = PACE_NANOS;
    }

    /** Returns how many units of work the server on {@code port} did. */
    public long served(int port) {
        LongAdder count = served.get(port);
        return count == null ? 0 : count.sum();
    }

    /** Returns how many units of work were done. */
    public long total() {
        return served.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Returns the units of work that failed, in order. */
    public List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** Returns why units of work failed, in order. */
    public List<Exception> errors() {
        return failures.stream().map(Failure::cause).toList();
    }

    /** Returns how long the slowest unit of work took, failed ones included. */
    public long worstMillis() {
        return TimeUnit.NANOSECONDS.toMillis(worstNanos.get());
    }

    /** Has {@link #worstMillis} forget what was so far. */
    public void clearWorst() {
        worstNanos.set(0);
    }

    /** Waits until {@code count} more units of work are done. */
    public void awaitMore(long count) throws Exception {
        long goal = total() + count;
        Patience.await(count + " more units of work", () -> total() >= goal);
    }

    /** Waits until each thread has ended the unit it is in now. */
    public void awaitEveryThread() throws Exception {
        for (int i = 0; i < ended.length(); i++) {
            int thread = i;
            int before = ended.get(thread);
            Patience.await("thread " + thread + " to go on", () -> ended.get(thread) != before);
        }
    }

    /** Waits until the server on {@code port} does its share of the work, within a fifth of it. */
    public void awaitShare(int port, double share) throws Exception {
        Patience.await("a share of " + share, () -> {
            long before = served(port);
            long all = total();
            awaitMore(SAMPLE);
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
