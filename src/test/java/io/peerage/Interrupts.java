/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Patience;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Interrupts the thread that makes a call, and sees that it is still interrupted when the call returns. Stateless. */
public final class Interrupts {

    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(1);

    private Interrupts() {}

    /** A call without a result. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /** Makes a call on a thread that was interrupted before. */
    public static <T> T before(Callable<T> call) throws Exception {
        Thread.currentThread().interrupt();
        return stillInterrupted(call);
    }

    /** As {@link #before(Callable)}. */
    public static void before(Action action) throws Exception {
        before(callable(action));
    }

    /** Makes a call during which its thread is interrupted once, when {@code underWay} holds. */
    public static <T> T during(String what, Callable<Boolean> underWay, Callable<T> call) throws Exception {
        Thread caller = Thread.currentThread();
        CompletableFuture<Void> interrupt = CompletableFuture.runAsync(() -> {
            try {
                Patience.await(what, underWay);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                caller.interrupt();
            }
        });
        T result = stillInterrupted(call);
        interrupt.join();
        return result;
    }

    /** Makes a call during which its thread is interrupted all the time: before, in each of its waits, and after. */
    public static <T> T throughout(Callable<T> call) throws Exception {
        Thread caller = Thread.currentThread();
        CompletableFuture<Void> over = new CompletableFuture<>();
        Thread storm = new Thread(
                () -> {
                    while (!over.isDone()) {
                        caller.interrupt();
                        LockSupport.parkNanos(PACE);
                    }
                },
                "interrupts");
        caller.interrupt();
        storm.start();
        try {
            T result = call.call();
            assertThat(caller.isInterrupted()).as("still interrupted").isTrue();
            return result;
        } finally {
            over.complete(null);
            calm(storm);
        }
    }

    /** As {@link #throughout(Callable)}. */
    public static void throughout(Action action) throws Exception {
        throughout(callable(action));
    }

    private static Callable<Void> callable(Action action) {
        return () -> {
            action.run();
            return null;
        };
    }

    private static <T> T stillInterrupted(Callable<T> call) throws Exception {
        boolean interrupted;
        T result;
        try {
            result = call.call();
        } finally {
            interrupted = Thread.interrupted();
        }
        assertThat(interrupted).as("still interrupted").isTrue();
        return result;
    }

    /** Returns when {@code storm} has ended, and with it the last interrupt. */
    private static void calm(Thread storm) {
        boolean ended = false;
        while (!ended) {
            try {
                storm.join();
                ended = true;
            } catch (InterruptedException e) {
                assert storm.isAlive() || !Thread.currentThread().isInterrupted();
            }
        }
        boolean interrupted = Thread.interrupted();
        assert interrupted || ended;
    }
}
