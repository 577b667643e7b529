/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes and threads do, of which nobody tells us. Thread-safe. */
public final class Patience {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Patience() {}

    /**
     * Returns as soon as {@code condition} holds.
     *
     * @param what the condition in words
     * @throws AssertionError if it does not hold within 30 seconds
     */
    public static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + LIMIT + " for " + what);
            }
            LockSupport.parkNanos(PACE_NANOS);
        }
    }
}
