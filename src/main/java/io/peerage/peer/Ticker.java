/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/** A source of monotonic time, so that tests own the clock. Implementations are thread-safe. */
@FunctionalInterface
public interface Ticker {

    /** Returns nanoseconds since an arbitrary origin; only differences mean anything. */
    long nanos();

    /** Returns the JVM's monotonic clock. */
    static Ticker system() {
        return System::nanoTime;
    }
}
