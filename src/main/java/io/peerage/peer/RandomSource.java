/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.concurrent.ThreadLocalRandom;

/** A source of chance, so that tests own it. Implementations are thread-safe. */
@FunctionalInterface
public interface RandomSource {

    /**
     * Returns a whole number from 0 to {@code bound - 1}, each equally likely.
     *
     * @param bound at least 1
     */
    int below(int bound);

    /** Returns chance that needs no shared state between threads. */
    static RandomSource threadLocal() {
        return bound -> ThreadLocalRandom.current().nextInt(bound);
    }
}
