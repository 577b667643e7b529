/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.load;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/**
 * Keeps threads busy on a pool at a steady pace, half of them with autocommit queries and half with transactions that
 * write, and counts what comes of it. Thread-safe.
 */
final class Load {

    private static final long PACE_MILLIS = 5;

    private final DataSource source;
    private final UserTransaction transaction;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder units = new LongAdder();
    private final LongAdder committed = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder errorsSinceMark = new LongAdder();
    private final LongAdder unitsSinceMark = new LongAdder();
    private final LongAccumulator worstNanos = new LongAccumulator(Math::max, 0);
    private final LongAccumulator worstSinceMarkNanos = new LongAccumulator(Math::max, 0);
    private final Map<Integer, LongAdder> served = new ConcurrentHashMap<>();
    private final Queue<String> messages = new ConcurrentLinkedQueue<>();
    private final AtomicLong marked = new AtomicLong(Long.MAX_VALUE);
    private final long began = System.nanoTime();

    Load(DataSource source, UserTransaction transaction, int count, ThreadFactory factory) {
        this.source = source;
        this.transaction = transaction;
        for (int i = 0; i < count; i++) {
            boolean writes = i % 2 == 0;
            threads.add(factory.newThread(() -> work(writes)));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Counts what begins from now on apart too. */
    void mark() {
        marked.set(System.nanoTime() - began);
    }

    /** Ends all threads after the unit of work that each is in. */
    void stop() throws InterruptedException {
        stopped.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Returns the figures, one {@code name=number} per line, then the errors, one {@code error.N=message} per line. */
    String figures() {
        Map<String, Object> figures = new TreeMap<>();
        figures.put("units", units.sum());
        figures.put("committed", committed.sum());
        figures.put("errors", errors.sum());
        figures.put("errorsSinceMark", errorsSinceMark.sum());
        figures.put("unitsSinceMark", unitsSinceMark.sum());
        figures.put("worstMillis", NANOSECONDS.toMillis(worstNanos.get()));
        figures.put("worstSinceMarkMillis", NANOSECONDS.toMillis(worstSinceMarkNanos.get()));
        served.forEach((port, count) -> figures.put("served." + port, count.sum()));
        int number = 0;
        for (String message : messages) {
            figures.put("error." + ++number, message);
        }
        StringBuilder text = new StringBuilder();
        figures.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    private void work(boolean writes) {
        try {
            do {
                unit(writes);
            } while (!stopped.await(PACE_MILLIS, MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void unit(boolean writes) {
        long start = System.nanoTime();
        boolean sinceMark = start - began >= marked.get();
        try {
            int port = writes ? write() : query();
            served.computeIfAbsent(port, any -> new LongAdder()).increment();
        } catch (Exception e) {
            errors.increment();
            if (sinceMark) {
                errorsSinceMark.increment();
            }
            messages.add(describe(e, start, writes));
        }
        units.increment();
        long took = System.nanoTime() - start;
        worstNanos.accumulate(took);
        if (sinceMark) {
            unitsSinceMark.increment();
            worstSinceMarkNanos.accumulate(took);
        }
    }

    private int query() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            return port(statement);
        }
    }

    private int write() throws Exception {
        int port;
        transaction.begin();
        try {
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO work () VALUES ()");
                port = port(statement);
            }
        } catch (Exception e) {
            transaction.rollback();
            throw e;
        }
        try {
            transaction.commit();
        } finally {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        }
        committed.increment();
        return port;
    }

    private static int port(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT @@port")) {
            row.next();
            return row.getInt(1);
        }
    }

    private String describe(Exception failure, long start, boolean writes) {
        long at = NANOSECONDS.toMillis(start - began);
        String text = (writes ? "transaction" : "query") + " begun at " + at + " ms: " + failure;
        Throwable cause = failure.getCause();
        return (cause == null ? text : text + " / " + cause).replaceAll("\\s+", " ");
    }
}
