/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Threads that do one unit of work after the other at a steady pace, and what became of them. Thread-safe; ends with
 * {@link #close}.
 */
public final class PacedLoad implements AutoCloseable {

    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final int SAMPLE = 600;

    private final List<Thread> threads;
    private final Map<Integer, LongAdder> served = new ConcurrentHashMap<>();
    private final List<Exception> errors = new CopyOnWriteArrayList<>();
    private final AtomicLong worstNanos = new AtomicLong();
    private volatile boolean running = true;

    private PacedLoad(int threads, Callable<Integer> unit) {
        this.threads = IntStream.range(0, threads)
                .mapToObj(i -> new Thread(() -> work(unit), "load-" + i))
                .toList();
    }

    /** Begins, with {@code unit} as a unit of work that returns the port of the server that did it. */
    public static PacedLoad start(int threads, Callable<Integer> unit) {
        PacedLoad load = new PacedLoad(threads, unit);
        load.threads.forEach(Thread::start);
        return load;
    }

    private void work(Callable<Integer> unit) {
        while (running) {
            long began = System.nanoTime();
            try {
                served.computeIfAbsent(unit.call(), any -> new LongAdder()).increment();
            } catch (Exception e) {
                errors.add(e);
            }
            worstNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
            LockSupport.parkNanos(PACE_NANOS);
        }
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

    /** Returns why units of work failed, in order. */
    public List<Exception> errors() {
        return errors;
    }

    /** Returns how long the slowest unit of work took, failed ones included. */
    public long worstMillis() {
        return TimeUnit.NANOSECONDS.toMillis(worstNanos.get());
    }

    /** Waits until {@code count} more units of work are done. */
    public void awaitMore(long count) throws Exception {
        long goal = total() + count;
        Patience.await(count + " more units of work", () -> total() >= goal);
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
