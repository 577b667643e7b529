/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.browser;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Asks another process again and again until it gives the answer hoped for. Thread-safe. */
public final class Waiting {

    private static final long PACE_MILLIS = 100;

    private Waiting() {}

    /**
     * Returns the first answer that is as wanted.
     *
     * @throws AssertionError with the last answer, if none is within the limit
     */
    public static <T> T until(Duration limit, Callable<T> question, Predicate<T> wanted) throws Exception {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        // Nobody tells us when the other process changes; the latch only keeps us from asking without a breath.
        CountDownLatch pace = new CountDownLatch(1);
        T answer = question.call();
        while (!wanted.test(answer)) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new AssertionError("Not as wanted within " + limit + ": " + answer);
            }
            boolean never = pace.await(PACE_MILLIS, TimeUnit.MILLISECONDS);
            if (never) {
                throw new AssertionError("Nobody counts down");
            }
            answer = question.call();
        }
        return answer;
    }
}
