/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Decides when bytes of a {@link Relay} may flow on in each direction. Thread-safe. */
final class Valve {

    /** Which way bytes flow. */
    enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    /** Guarded by "this". */
    private final Set<Direction> shut = EnumSet.noneOf(Direction.class);

    /** Guarded by "this"; 0 is no delay. */
    private long delayMillis;

    synchronized void shut(Set<Direction> directions) {
        shut.clear();
        shut.addAll(directions);
        notifyAll();
    }

    synchronized void delay(long millis) {
        delayMillis = millis;
        notifyAll();
    }

    /** Lets waiting threads look again whether they were given up. */
    synchronized void wake() {
        notifyAll();
    }

    /** Returns after the delay when the direction is open, or as soon as the waiting is given up. */
    synchronized void await(Direction direction, BooleanSupplier givenUp) throws InterruptedException {
        long startNanos = System.nanoTime();
        while (!givenUp.getAsBoolean()) {
            long leftNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis) - (System.nanoTime() - startNanos);
            if (shut.contains(direction)) {
                wait();
            } else if (leftNanos > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
            } else {
                return;
            }
        }
    }
}
