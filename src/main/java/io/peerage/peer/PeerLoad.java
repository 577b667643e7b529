/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a peer does, counted with each unit of work: apart from its health, so that who only reads that does not wait for
 * those who count. Thread-safe.
 */
final class PeerLoad {

    private final AtomicInteger busy = new AtomicInteger();
    private final LongAdder units = new LongAdder();
    private volatile long unitNanos;

    int busy() {
        return busy.get();
    }

    long units() {
        return units.sum();
    }

    long unitNanos() {
        return unitNanos;
    }

    void begin() {
        units.increment();
        busy.incrementAndGet();
    }

    /** @param nanos how long the unit took; negative = not known */
    void end(long nanos) {
        busy.decrementAndGet();
        if (nanos >= 0) {
            // An eighth of each new figure. Two at once may lose one of them, which does no harm to an average.
            long before = unitNanos;
            unitNanos = before == 0 ? Math.max(1, nanos) : Math.max(1, before + (nanos - before) / 8);
        }
    }
}
