/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for real things to happen. Stateless. */
final class Eventually {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private Eventually() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param then what the message of the failure says about the state of things
     */
    static void holds(String what, Duration limit, Callable<Boolean> condition, Supplier<Object> then)
            throws Exception {
        long began = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - began > limit.toNanos()) {
                throw new AssertionError("waited " + limit.toSeconds() + " s for " + what + "; now: " + then.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
