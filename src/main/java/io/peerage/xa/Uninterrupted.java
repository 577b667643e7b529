/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Ticker;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits as a driver waits for its server: an interrupt says nothing of the transaction, so the call goes on, and its
 * thread is interrupted when it returns. Stateless.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    /**
     * Waits for the end of {@code future}.
     *
     * @param nanos at the most
     * @throws TimeoutException if it has not ended by then
     * @throws ExecutionException what it ended with
     */
    static <T> T get(Future<T> future, long nanos, Ticker ticker) throws TimeoutException, ExecutionException {
        boolean interrupted = false;
        long deadline = ticker.nanos() + nanos;
        try {
            while (true) {
                try {
                    return future.get(deadline - ticker.nanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
