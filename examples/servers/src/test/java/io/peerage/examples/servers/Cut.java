/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.StatementWatcher;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a server at one point of a two-phase commit, which is seen on the wire and not in the server: so that it is the
 * same point on each of them, and nothing of a test is part of the transaction. Thread-safe.
 */
final class Cut implements StatementWatcher {

    /** The points at which it matters. */
    enum Point {
        BEFORE_THE_LOG("every branch is prepared, and the transaction log not yet written"),
        BEFORE_ANY_COMMIT("the transaction log is written, and no branch committed"),
        AFTER_THE_FIRST_COMMIT("one branch is committed, the others only prepared"),
        IN_THE_FIRST_COMMIT("one branch is committed, which the transaction manager never hears");

        private final String description;

        Point(String description) {
            this.description = description;
        }

        @Override
        public String toString() {
            return description;
        }
    }

    private final Point point;
    private final int branches;
    private final Runnable halt;
    private final AtomicInteger prepared = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(1);

    /**
     * @param branches how many the transaction has
     * @param halt ends the server, and returns when it is gone
     */
    Cut(Point point, int branches, Runnable halt) {
        this.point = point;
        this.branches = branches;
        this.halt = halt;
    }

    @Override
    public boolean forwards(String sql) {
        if (!isCommit(sql)) {
            return true;
        }
        int number = commits.incrementAndGet();
        return switch (point) {
            case BEFORE_ANY_COMMIT -> number > 1 || halt();
            case AFTER_THE_FIRST_COMMIT -> number != 2 || halt();
            case BEFORE_THE_LOG, IN_THE_FIRST_COMMIT -> true;
        };
    }

    @Override
    public boolean answers(String sql) {
        return switch (point) {
            case BEFORE_THE_LOG -> !isPrepare(sql) || prepared.incrementAndGet() != branches || halt();
            case IN_THE_FIRST_COMMIT -> !isCommit(sql) || halt();
            case BEFORE_ANY_COMMIT, AFTER_THE_FIRST_COMMIT -> true;
        };
    }

    /** Tells whether the point was reached: now, or within a moment, for the client may hear of the end first. */
    boolean isDone() throws InterruptedException {
        return done.await(10, TimeUnit.SECONDS);
    }

    private boolean halt() {
        halt.run();
        done.countDown();
        return false;
    }

    // Within a statement, for the adapter may send several together.

    private static boolean isPrepare(String sql) {
        return sql.contains("XA PREPARE");
    }

    private static boolean isCommit(String sql) {
        return sql.contains("XA COMMIT");
    }
}
