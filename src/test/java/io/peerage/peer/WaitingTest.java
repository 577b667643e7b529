/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static io.peerage.peer.Verdicts.failure;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.Interrupts;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait while every peer is down, on real threads. */
@Timeout(30)
class WaitingTest implements Scheduler {

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final AtomicBoolean alive = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger asking = new AtomicInteger();
    private final AtomicInteger mostAsking = new AtomicInteger();
    private final PeerGroup group = new PeerGroup(
            List.of(new NamedEndpoint("a", 1)),
            new RandomSelection(),
            SECONDS.toNanos(3_600),
            Ticker.system(),
            RandomSource.threadLocal(),
            PeerEvents.NONE,
            this,
            this::probe,
            Verdicts::sort);

    private @Nullable SQLException probe(Peer peer) throws SQLException {
        asked.incrementAndGet();
        mostAsking.accumulateAndGet(asking.incrementAndGet(), Math::max);
        try {
            if (!alive.get()) {
                throw failure("DOWN");
            }
        } finally {
            asking.decrementAndGet();
        }
        return null;
    }

    @Override
    public void execute(Runnable work) {
        workers.execute(work);
    }

    @Override
    public Runnable after(long delayNanos, Runnable work) {
        var planned = clock.schedule(work, delayNanos, java.util.concurrent.TimeUnit.NANOSECONDS);
        return () -> planned.cancel(false);
    }

    @AfterEach
    void end() {
        group.stop();
        clock.shutdownNow();
        workers.shutdownNow();
    }

    @Test
    void everyWaiterIsServedWhenThePeerComesUpLongBeforeItsRegularCheck() {
        group.start();
        Peer a = group.peers().get(0);
        group.connectFailed(a, Verdicts.DOWN, failure("DOWN"));
        List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            waiters.add(CompletableFuture.supplyAsync(this::await, workers));
        }
        // Two checks that failed show that the waiters have begun to wait, and are not asked for one by one.
        while (asked.get() < 2) {
            Thread.onSpinWait();
        }
        alive.set(true);
        assertThat(waiters).allSatisfy(waiter -> assertThat(waiter.join()).isTrue());
        assertThat(mostAsking.get()).as("checks of one peer at a time").isEqualTo(1);
    }

    @Test
    void aWaiterGivesUpAtItsDeadline() {
        group.start();
        Peer a = group.peers().get(0);
        group.connectFailed(a, Verdicts.DOWN, failure("DOWN"));
        assertThat(group.awaitServing(peer -> true, Ticker.system().nanos() + 1_000_000))
                .isFalse();
    }

    @Test
    void anInterruptedWaiterIsServedAndStaysInterrupted() throws Exception {
        group.start();
        Peer a = group.peers().get(0);
        group.connectFailed(a, Verdicts.DOWN, failure("DOWN"));
        CompletableFuture<Void> comeback = CompletableFuture.runAsync(
                () -> {
                    while (asked.get() < 2) {
                        Thread.onSpinWait();
                    }
                    alive.set(true);
                },
                workers);
        assertThat(Interrupts.throughout(this::await)).isTrue();
        comeback.join();
    }

    private boolean await() {
        return group.awaitServing(peer -> true, Ticker.system().nanos() + SECONDS.toNanos(20));
    }
}
