/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One database endpoint of a group: its health, and counts of what it does. Thread-safe. */
public final class Peer {

    /** Both are written by the group that this peer is one of, under its lock. */
    private volatile Endpoint endpoint;

    private volatile int index;
    private final Ticker ticker;
    /** Replaced by {@link HealthStates} alone, which sees to what follows. */
    final AtomicReference<Health> health;

    private final AtomicLong generation = new AtomicLong();
    final PeerChecks checks;

    private final AtomicInteger connections = new AtomicInteger();
    // what is counted with each unit of work has objects of its own: who only reads the health does not wait for it
    private final AtomicInteger busy = new AtomicInteger();
    private final LongAdder units = new LongAdder();
    private final AtomicLong unitNanos = new AtomicLong();
    private final ReentrantLock waiting = new ReentrantLock();
    private final Condition noConnections = waiting.newCondition();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    /** How many units of work this peer is owed, see {@link Deficits}. */
    final AtomicInteger owed = new AtomicInteger();

    Peer(Endpoint endpoint, int index, Ticker ticker) {
        this.endpoint = endpoint;
        this.index = index;
        this.ticker = ticker;
        this.checks = new PeerChecks(ticker);
        this.health = new AtomicReference<>(new Health.Up(ticker.nanos()));
    }

    /** Returns the name the deployer gave, unique in the group. */
    public String name() {
        return endpoint.name();
    }

    /** Returns the place in the order given by the deployer, from 0. */
    public int index() {
        return index;
    }

    /** Returns the share this peer takes in proportion to the others; at least 1. */
    public int weight() {
        return endpoint.weight();
    }

    /** Returns how it is reached. */
    public Endpoint endpoint() {
        return endpoint;
    }

    void place(int newIndex, Endpoint newEndpoint) {
        index = newIndex;
        endpoint = newEndpoint;
        // What was owed among others is nobody's debt any more.
        owed.set(0);
    }

    /** Returns what is known of this peer now. */
    public Health health() {
        return requireNonNull(health.get());
    }

    /**
     * Returns the number of failures so far that made every connection of this peer doubtful. A connection that was
     * proven good in an older generation must be proven again before use.
     */
    public long generation() {
        return generation.get();
    }

    /** Returns how many physical connections to this peer are open or being opened. */
    public int connections() {
        return connections.get();
    }

    /** Returns how many units of work this peer has been dealt. */
    public long units() {
        return units.sum();
    }

    /** Returns how many units of work run on this peer now. */
    public int busy() {
        return busy.get();
    }

    /** Returns the recent time of a unit of work on this peer, nanoseconds; 0 = not known. Older ones count less. */
    public long unitNanos() {
        return unitNanos.get();
    }

    /** Counts a unit of work dealt to this peer. */
    public void dealt() {
        units.increment();
        busy.incrementAndGet();
    }

    /**
     * Counts the end of a unit of work.
     *
     * @param nanos how long it took; negative = not known
     */
    public void done(long nanos) {
        busy.decrementAndGet();
        if (nanos >= 0) {
            // An eighth of each new figure. Two at once may lose one of them, which does no harm to an average.
            long before = unitNanos.get();
            unitNanos.set(Math.max(1, before == 0 ? nanos : before + (nanos - before) / 8));
        }
    }

    /** Returns whether some of its connections may be at rest; whose they are is not known here. */
    boolean mayRest() {
        return connections.get() > busy.get();
    }

    /** Counts a connection about to be opened, so that those opened at the same time spread too. */
    public void reserve() {
        connections.incrementAndGet();
    }

    /** Counts a connection that was closed, or could not be opened. */
    public void release() {
        if (connections.decrementAndGet() == 0) {
            waiting.lock();
            try {
                noConnections.signalAll();
            } finally {
                waiting.unlock();
            }
        }
    }

    /**
     * Waits until no physical connection to this peer is left.
     *
     * @param timeoutNanos how long to wait at the most
     * @return whether none is left
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    public boolean awaitNoConnections(long timeoutNanos) throws InterruptedException {
        long deadline = ticker.nanos() + timeoutNanos;
        waiting.lock();
        try {
            while (connections.get() != 0) {
                long left = deadline - ticker.nanos();
                if (left <= 0) {
                    return false;
                }
                ticker.await(noConnections, left);
            }
            return true;
        } finally {
            waiting.unlock();
        }
    }

    /** Returns how often each fault was met on this peer, by the name its verdict gives it. */
    public Map<String, Long> failures() {
        Map<String, Long> counts = new TreeMap<>();
        failures.forEach((fault, count) -> counts.put(fault, count.sum()));
        return counts;
    }

    /** Returns whether this peer is out: down, or taken out by the operator. */
    public boolean isOut() {
        return health().isOut();
    }

    /** Returns whether this peer is no longer of its group, and only finishes what runs on it. */
    public boolean isRemoved() {
        return health() instanceof Health.Drained drained && drained.removed();
    }

    void count(Verdict verdict) {
        failures.computeIfAbsent(verdict.fault(), any -> new LongAdder()).increment();
    }

    void doubtConnections() {
        generation.incrementAndGet();
    }

    /** Returns whether a check that began after {@code nanos}, a reading of the group's ticker, found this peer well. */
    public boolean wasWellAfter(long nanos) {
        return checks.wasWellAfter(nanos);
    }

    @Override
    public String toString() {
        return endpoint.name();
    }
}
