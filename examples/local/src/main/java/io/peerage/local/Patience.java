/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waits for what other processes and threads do, of which nobody tells us. Thread-safe. */
public final class Patience {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PACE = Duration.ofMillis(10);

    private Patience() {}

    /**
     * Returns as soon as {@code condition} holds, which is asked on this thread.
     *
     * @param what the condition in words
     * @return after how many milliseconds
     * @throws AssertionError if it does not hold within 30 seconds
     * @throws Exception what {@code condition} throws
     */
    public static long await(String what, Callable<Boolean> condition) throws Exception {
        return await(what, LIMIT, condition);
    }

    /** As {@link #await(String, Callable)}, with a limit of its own. */
    public static long await(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        return await(what, limit, condition, () -> "it does not hold");
    }

    /**
     * As {@link #await(String, Duration, Callable)}.
     *
     * @param instead what the message of the failure says about the state of things
     */
    public static long await(String what, Duration limit, Callable<Boolean> condition, Supplier<?> instead)
            throws Exception {
        long began = System.nanoTime();
        try {
            // On this thread: what most conditions ask is confined to it.
            Awaitility.await(what)
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(PACE)
                    .atMost(limit)
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("waited " + limit + " for " + what + "; instead: " + instead.get(), e);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
