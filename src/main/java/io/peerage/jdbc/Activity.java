/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets a sampler see whether a physical connection is in the middle of a call, and whether it still is the same call,
 * without a clock read or an allocation per call.
 *
 * <p>Two counters, one bumped before and one after each call that may wait for the server; they differ while a call
 * runs. The bumps are not atomic: an atomic add costs more than all the rest of a handle, and two threads at work on
 * one connection, which then wait for each other in the driver anyway, are rare. A lost bump makes an idle connection
 * look busy (or a busy one idle) until {@link #rest()}; what follows is a probe too many, never a wrong answer to the
 * application.
 *
 * <p>Written by the connection's users; {@link #running()} may be called from any thread.
 */
public final class Activity {

    /** Both are written opaque: a sampler must see it some time, but nothing is published with it. */
    private final AtomicInteger begun = new AtomicInteger();

    private final AtomicInteger ended = new AtomicInteger();

    /** Marks the start of a call that may wait for the server; {@link #end()} must follow. */
    public void begin() {
        begun.setOpaque(begun.getPlain() + 1);
    }

    /** Marks the end of a call. */
    public void end() {
        ended.setOpaque(ended.getPlain() + 1);
    }

    /**
     * Returns the number of the call that runs now, 0 if none does. A sampler that gets the same number twice, not 0,
     * knows that one call ran all the time between.
     */
    public int running() {
        int done = ended.getOpaque();
        int started = begun.getOpaque();
        return started == done ? 0 : started;
    }

    /** Declares the connection idle, which it is between two uses: counts that were lost do not outlive one use. */
    void rest() {
        ended.setOpaque(begun.getPlain());
    }

    /** Returns a value that differs as soon as another call began; exact for the connection's user only. */
    public int begun() {
        return begun.getPlain();
    }
}
