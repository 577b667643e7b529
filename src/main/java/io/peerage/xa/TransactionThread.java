/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

/**
 * The thread that works in a transaction. When the time of a transaction is over, managers roll it back from a thread of
 * their own while the application may go on (Narayana's reaper, the timers of Payara and GlassFish). Once the server has
 * rolled back, what the application sends next would run outside any transaction and last. So the connection is ended
 * instead, which rolls back as well and lets nothing more through.
 *
 * <p>Thread-safe.
 */
final class TransactionThread {

    private volatile long thread;

    /** The calling thread works in the transaction from now on. */
    void begins() {
        thread = Thread.currentThread().getId();
    }

    /** Returns whether the application may be at work while the calling thread ends the transaction. */
    boolean mayGoOn(UnitOfWork unit) {
        return unit.isInUse() && thread != Thread.currentThread().getId();
    }
}
