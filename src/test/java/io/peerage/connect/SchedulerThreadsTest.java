/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Patience;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The adapter's own threads, also where the system has none to give. */
@Timeout(60)
class SchedulerThreadsTest {

    /** How a thread is refused. */
    enum Refusal {
        /** The system itself: no address space has room for such a stack. */
        NO_NATIVE_THREAD {
            @Override
            Thread make(Runnable task, String name) {
                return new Thread(null, task, name, 1L << 46);
            }
        },
        OUT_OF_MEMORY {
            @Override
            Thread make(Runnable task, String name) {
                throw new OutOfMemoryError("unable to create native thread");
            }
        },
        NOT_ALLOWED {
            @Override
            Thread make(Runnable task, String name) {
                throw new SecurityException("modifyThreadGroup");
            }
        };

        abstract Thread make(Runnable task, String name);
    }

    private volatile Refusal refusal = Refusal.OUT_OF_MEMORY;
    /** Threads whose names contain this are refused; none if it is empty. */
    private volatile String refused = "";

    @AutoClose
    private final SchedulerThreads threads = new SchedulerThreads(this::make);

    private final List<String> done = new CopyOnWriteArrayList<>();

    private Thread make(Runnable task, String name) {
        return !refused.isEmpty() && name.contains(refused) ? refusal.make(task, name) : new Thread(task, name);
    }

    private void awaitDone(int count) throws Exception {
        Patience.await(count + " works to be done", () -> done.size() >= count);
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void workWaitsForAThread(Refusal how) throws Exception {
        refusal = how;
        refused = "worker";
        threads.execute(() -> done.add("soon"));
        threads.after(TimeUnit.MILLISECONDS.toNanos(1), () -> done.add("later"));
        CountDownLatch ticks = new CountDownLatch(3);
        Runnable repeated = ticks::countDown;
        threads.execute(repeated);
        threads.execute(repeated);
        Patience.await("the clock to have tried", () -> threads.waiting() == 3);
        assertThat(done).isEmpty();
        refused = "";
        awaitDone(2);
        assertThat(done).containsExactlyInAnyOrder("soon", "later");
        Patience.await("all to begin", () -> threads.waiting() == 0);
        Patience.await("the one handed in twice", () -> ticks.getCount() == 2);
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void timeGoesOnOnceTheClockHasItsThread(Refusal how) throws Exception {
        refusal = how;
        refused = "clock";
        SchedulerThreads late = new SchedulerThreads(this::make);
        try {
            late.after(TimeUnit.MILLISECONDS.toNanos(1), () -> done.add("planned"));
            Runnable cancel = late.after(TimeUnit.MILLISECONDS.toNanos(1), () -> done.add("cancelled"));
            cancel.run();
            refused = "";
            Patience.await("somebody to come by", () -> {
                late.nudge();
                return !done.isEmpty();
            });
            late.after(TimeUnit.MILLISECONDS.toNanos(1), () -> done.add("next"));
            awaitDone(2);
            assertThat(done).containsExactly("planned", "next");
        } finally {
            late.close();
        }
    }

    @Test
    void cancelledWorkThatWaitsForAThreadIsNotDone() throws Exception {
        refused = "worker";
        Runnable cancel = threads.after(1, () -> done.add("cancelled"));
        Patience.await("the clock to have tried", () -> threads.waiting() == 1);
        cancel.run();
        refused = "";
        threads.execute(() -> done.add("other"));
        awaitDone(1);
        Patience.await("all to begin", () -> threads.waiting() == 0);
        assertThat(done).containsExactly("other");
    }

    /** Its next round is planned by the round itself, so this is what keeps a series alive. */
    @Test
    void workThatThrowsEndsNothing() throws Exception {
        AtomicInteger task = new AtomicInteger();
        PeriodicTask series = new PeriodicTask(threads, () -> 1, () -> {
            task.incrementAndGet();
            throw new AssertionError("a defect");
        });
        series.start();
        Patience.await("many rounds", () -> task.get() > 20);
        series.stop();
    }

    @Test
    void nothingIsDoneAfterTheEnd() {
        threads.close();
        threads.execute(() -> done.add("late"));
        threads.after(1, () -> done.add("late")).run();
        assertThat(threads.waiting()).isZero();
        assertThat(done).isEmpty();
    }
}
