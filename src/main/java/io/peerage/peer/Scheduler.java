/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/**
 * The threads that do what no application thread may wait for: checks of peers, and moves of idle connections.
 * Implementations are thread-safe; work handed in after the end is dropped.
 */
public interface Scheduler {

    /**
     * Runs {@code work} soon, on a thread that may block within the bounds of a connect. Never throws: where no thread
     * can be had, the work waits until one can. The same object that is handed in again while it waits runs once.
     */
    void execute(Runnable work);

    /**
     * Runs {@code work} after {@code delayNanos}, like {@link #execute}. Never throws either.
     *
     * @return cancels it if it has not begun
     */
    Runnable after(long delayNanos, Runnable work);

    /**
     * Lets a thread that calls often, and has work of its own, see to it that time goes on here: if the thread that
     * keeps it could not be had, that is tried again. Costs next to nothing, and never throws.
     */
    default void nudge() {}
}
