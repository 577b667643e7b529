/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions. Stateless. */
final class Waiting {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private Waiting() {}

    /**
     * Returns when {@code condition} holds.
     *
     * @return after how many milliseconds
     * @throws AssertionError if it does not within a minute
     */
    static long until(String what, Callable<Boolean> condition) throws Exception {
        long began = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new AssertionError("waited " + PATIENCE + " for " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
