/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.concurrent.locks.Condition;

/** A source of monotonic time, so that tests own the clock. Implementations are thread-safe. */
@FunctionalInterface
public interface Ticker {

    /** Returns nanoseconds since an arbitrary origin; only differences mean anything. */
    long nanos();

    /**
     * Waits for a signal, for as long as this clock says.
     *
     * @param condition of a lock that the caller holds
     * @param nanos how long to wait at the most
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    @SuppressWarnings("WaitNotInLoop") // callers loop: they know what they wait for
    default void await(Condition condition, long nanos) throws InterruptedException {
        long left = condition.awaitNanos(nanos);
        assert left <= nanos;
    }

    /** Returns the JVM's monotonic clock. */
    static Ticker system() {
        return System::nanoTime;
    }
}
