/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
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
    private final List<Exception> errors = new CopyOnWriteArrayList<>();
    private final AtomicLong worstNanos = new AtomicLong();
    private volatile boolean running = true;

    /** As many threads that each ask one autocommit query after the other. */
    Load(DataSource source, int threads) {
        this(threads, i -> () -> LivePeers.ask(source));
    }

    /** @param units what each thread, by its number from 0, does: a unit of work that returns the port that served it */
    Load(int threads, IntFunction<Callable<Integer>> units) {
        this.threads = IntStream.range(0, threads)
                .mapToObj(i -> {
                    Callable<Integer> unit = units.apply(i);
                    return new Thread(() -> work(unit), "load-" + i);
                })
                .toList();
    }

    /** Begins. */
    Load start() {
        threads.forEach(Thread::start);
        return this;
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

    long served(int port) {
        LongAdder count = served.get(port);
        return count == null ? 0 : count.sum();
    }

    long total() {
        return served.values().stream().mapToLong(LongAdder::sum).sum();
    }

    List<Exception> errors() {
        return errors;
    }

    long worstMillis() {
        return TimeUnit.NANOSECONDS.toMillis(worstNanos.get());
    }

    /** Waits until {@code count} more queries have been answered. */
    void awaitMore(long count) throws Exception {
        long goal = total() + count;
        LivePeers.await(count + " more answers", () -> total() >= goal);
    }

    /** Waits until a peer serves its share of the answers again, within a fifth of it. */
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
