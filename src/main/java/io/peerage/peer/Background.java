/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/**
 * The threads that do what no application thread may wait for: checks of peers, and moves of idle connections.
 * Implementations are thread-safe; work handed in after the end is dropped.
 */
public interface Background {

    /** Runs {@code work} soon, on a thread that may block within the bounds of a connect. */
    void execute(Runnable work);

    /**
     * Runs {@code work} after {@code delayNanos}, like {@link #execute}.
     *
     * @return cancels it if it has not begun
     */
    Runnable after(long delayNanos, Runnable work);
}
