/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.load;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of units of work, also counted apart from a {@linkplain #mark() mark} on, which a test sets when it has
 * done something to a peer. Thread-safe.
 */
final class Tally {

    /** The port of a unit that did not get as far as a connection. */
    private static final int NOWHERE = 0;

    private static final int TEXTS = 20;

    private final Map<Integer, LongAdder> served = new ConcurrentHashMap<>();
    private final Map<Integer, LongAdder> placedSinceMark = new ConcurrentHashMap<>();
    private final Map<Integer, LongAdder> errorsAt = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<String> texts = new CopyOnWriteArrayList<>();
    private final LongAdder errors = new LongAdder();
    private final LongAdder errorsSinceMark = new LongAdder();
    private final LongAdder committed = new LongAdder();
    private final AtomicLong worstNanos = new AtomicLong();
    private final AtomicLong worstErrorNanos = new AtomicLong();
    private final AtomicLong waitersNanos = new AtomicLong();
    private volatile Mark mark = new Mark(false, 0);

    private record Mark(boolean set, long nanos) {

        /** Tells whether what began then began since the mark. */
        boolean precedes(long began) {
            return set && began - nanos >= 0;
        }
    }

    /** One unit of work under way. Confined to its thread. */
    final class Unit {
        private final long began = System.nanoTime();
        private int placed = NOWHERE;

        /** Tells to which address the unit's connection leads. */
        void placed(int port) {
            placed = port;
            if (mark.precedes(began)) {
                add(placedSinceMark, port);
            }
        }

        /** Tells which server has answered. */
        void served(int port) {
            add(served, port);
            long now = System.nanoTime();
            worst(worstNanos, now - began);
            Mark seen = mark;
            if (seen.set() && !seen.precedes(began)) {
                worst(waitersNanos, now - seen.nanos());
            }
        }

        void committed() {
            committed.increment();
        }

        void failed(Exception failure) {
            long took = System.nanoTime() - began;
            worst(worstNanos, took);
            worst(worstErrorNanos, took);
            errors.increment();
            add(errorsAt, placed);
            if (mark.precedes(began)) {
                errorsSinceMark.increment();
            }
            if (texts.size() < TEXTS) {
                texts.addIfAbsent(failure.toString());
            }
        }
    }

    Unit begin() {
        return new Unit();
    }

    /** Has what begins from now on counted apart. */
    void mark() {
        placedSinceMark.clear();
        errorsSinceMark.reset();
        waitersNanos.set(0);
        mark = new Mark(true, System.nanoTime());
    }

    void report(Properties answer) {
        report(answer, "served.", served);
        report(answer, "placed.", placedSinceMark);
        report(answer, "errorsAt.", errorsAt);
        answer.setProperty("errors", Long.toString(errors.sum()));
        answer.setProperty("errorsSinceMark", Long.toString(errorsSinceMark.sum()));
        answer.setProperty("committed", Long.toString(committed.sum()));
        answer.setProperty("worstMillis", millis(worstNanos));
        answer.setProperty("worstErrorMillis", millis(worstErrorNanos));
        answer.setProperty("waitersMillis", millis(waitersNanos));
        for (int i = 0; i < texts.size(); i++) {
            answer.setProperty("error." + i, texts.get(i));
        }
    }

    private static void report(Properties answer, String prefix, Map<Integer, LongAdder> counts) {
        counts.forEach((port, count) -> answer.setProperty(prefix + port, Long.toString(count.sum())));
    }

    private static String millis(AtomicLong nanos) {
        return Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos.get()));
    }

    private static void add(Map<Integer, LongAdder> counts, int port) {
        counts.computeIfAbsent(port, any -> new LongAdder()).increment();
    }

    private static void worst(AtomicLong worst, long nanos) {
        worst.accumulateAndGet(nanos, Math::max);
    }
}
