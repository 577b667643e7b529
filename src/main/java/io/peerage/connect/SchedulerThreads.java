/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.net.AdapterThread;
import io.peerage.peer.Scheduler;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * The adapter's own threads: one that keeps the time, and as many as there are checks and moves under way at once,
 * which end when idle. All are daemons. The container's WorkManager is not used because it may refuse or delay work
 * just when a server is in trouble, and checks bring peers back.
 *
 * <p>Where the system gives no thread (a limit of the user or the container, a security manager), the work waits and is
 * tried again with each tick; the caller, which is often an application's thread, never sees it. What work throws is
 * logged (PEERAGE-005) and ends nothing else.
 *
 * <p>Thread-safe.
 */
public final class SchedulerThreads implements Scheduler, AutoCloseable {

    /** How soon to try again where no thread could be had. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ScheduledThreadPoolExecutor clock;
    private final ThreadPoolExecutor workers;
    private final EventLog log = new EventLog("background");

    /** What no thread could be had for, in its order. Guarded by itself. */
    private final Set<Runnable> waiting = new LinkedHashSet<>();

    /** Whether the clock's thread could not be had when it was last wanted. */
    private volatile boolean stopped;
    /** When {@link #nudge} last tried to have it, by {@link System#nanoTime}. */
    private volatile long nudged;

    public SchedulerThreads() {
        this(AdapterThread::new);
    }

    /** @param maker makes a thread for a task with a name, where a test stands for the system */
    SchedulerThreads(BiFunction<Runnable, String, Thread> maker) {
        clock = new ScheduledThreadPoolExecutor(1, named("peerage-clock-", maker));
        clock.setRemoveOnCancelPolicy(true);
        workers = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), named("peerage-worker-", maker));
        // After the end, work is dropped: nobody is left to profit from it. Workers refuse work besides where the
        // factory has no thread, which must be seen.
        clock.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        wind();
    }

    @Override
    public void execute(Runnable work) {
        if (begin(work)) {
            return;
        }
        synchronized (waiting) {
            boolean first = waiting.isEmpty();
            waiting.add(work);
            if (first) {
                schedule(this::tryAgain, TICK_NANOS);
            }
        }
    }

    @Override
    public Runnable after(long delayNanos, Runnable work) {
        AtomicBoolean cancelled = new AtomicBoolean();
        Runnable unlessCancelled = () -> {
            if (!cancelled.get()) {
                work.run();
            }
        };
        Runnable unschedule = schedule(() -> execute(unlessCancelled), delayNanos);
        return () -> {
            cancelled.set(true);
            unschedule.run();
        };
    }

    @Override
    public void nudge() {
        if (stopped) {
            long now = System.nanoTime();
            if (now - nudged >= TICK_NANOS) {
                nudged = now;
                wind();
            }
        }
    }

    /** Ends all threads; work that is planned is dropped, work under way is interrupted, which ends what it waits
     * for on a socket. Does not wait. */
    @Override
    public void close() {
        clock.shutdownNow();
        workers.shutdownNow();
        synchronized (waiting) {
            waiting.clear();
        }
    }

    /** Returns whether a thread does {@code work}, or nothing is done any more. */
    private boolean begin(Runnable work) {
        try {
            workers.execute(() -> run(work));
            return true;
        } catch (Throwable noThread) { // OutOfMemoryError, SecurityException, RejectedExecutionException for null
            return workers.isShutdown();
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) { // a defect of ours or of a driver; or no memory
            if (!workers.isShutdown()) {
                log.errorOnce(
                        work.getClass().getName() + " " + e.getClass().getName(),
                        "PEERAGE-005",
                        () -> "background work failed (" + e + "); it goes on",
                        e);
            }
        }
    }

    private void tryAgain() {
        // With the lock held, as nothing that begins here does its work on this thread.
        synchronized (waiting) {
            Iterator<Runnable> next = waiting.iterator();
            while (next.hasNext() && begin(next.next())) {
                next.remove();
            }
            if (!waiting.isEmpty()) {
                schedule(this::tryAgain, TICK_NANOS);
            }
        }
    }

    /**
     * Where there is no thread to keep the time the task is kept all the same, and runs when there is one.
     *
     * @return takes it out again, where that can be done
     */
    private Runnable schedule(Runnable task, long delayNanos) {
        try {
            // The executor first keeps the task and then sees to its thread.
            ScheduledFuture<?> scheduled = clock.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
            stopped = isWithoutThread();
            return () -> scheduled.cancel(false);
        } catch (Throwable noThread) {
            stopped = true;
            return () -> {};
        }
    }

    /** Sees to it that the clock has its thread. */
    private void wind() {
        try {
            clock.prestartCoreThread();
            stopped = isWithoutThread();
        } catch (Throwable noThread) {
            stopped = true;
        }
    }

    /** Returns how much work waits for a thread. */
    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private boolean isWithoutThread() {
        return clock.getPoolSize() == 0 && !clock.isShutdown();
    }

    private static ThreadFactory named(String prefix, BiFunction<Runnable, String, Thread> maker) {
        AtomicInteger count = new AtomicInteger();
        return task -> maker.apply(task, prefix + count.incrementAndGet());
    }
}
