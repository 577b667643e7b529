/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

/** What a model that Lincheck runs is made of. Not AssertJ, whose objects refuse {@code equals}, which Lincheck calls. */
public final class ModelCheck {

    private ModelCheck() {}

    /** Runs {@code parts} in a thread each, and returns when all have ended. */
    public static void together(Runnable... parts) {
        Thread[] threads = new Thread[parts.length];
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Thread(parts[i]);
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Fails the run as {@code what} unless {@code holds}. */
    public static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
