/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Background;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The adapter's own threads: one that keeps the time, and as many as there are checks and moves under way at once, which
 * end when idle. All are daemons. The container's WorkManager is not used because it may refuse or delay work just when
 * a server is in trouble, and checks bring peers back.
 *
 * <p>Thread-safe.
 */
public final class BackgroundThreads implements Background, AutoCloseable {

    private final ScheduledThreadPoolExecutor clock;
    private final ThreadPoolExecutor workers;

    public BackgroundThreads() {
        clock = new ScheduledThreadPoolExecutor(1, named("peerage-clock-"));
        clock.setRemoveOnCancelPolicy(true);
        workers = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), named("peerage-worker-"));
        // After the end, work is dropped: nobody is left to profit from it.
        workers.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        clock.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void execute(Runnable work) {
        workers.execute(work);
    }

    @Override
    public Runnable after(long delayNanos, Runnable work) {
        var planned = clock.schedule(() -> workers.execute(work), delayNanos, TimeUnit.NANOSECONDS);
        return () -> planned.cancel(false);
    }

    /** Ends all threads; work that is planned is dropped, work under way is interrupted, which ends what it waits
     * for on a socket. Does not wait. */
    @Override
    public void close() {
        clock.shutdownNow();
        workers.shutdownNow();
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> new AdapterThread(task, prefix + count.incrementAndGet());
    }
}
