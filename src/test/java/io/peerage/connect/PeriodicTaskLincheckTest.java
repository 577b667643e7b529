/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static io.peerage.ModelCheck.check;
import static io.peerage.ModelCheck.together;

import io.peerage.peer.Scheduler;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stops and starts at any moment of a round: one series goes on, and one round runs at a time. */
@Tag("model-checked")
class PeriodicTaskLincheckTest {

    private static final int INVOCATIONS = 500;

    /** Plans that nobody cancels, and rounds that note when two of them meet. */
    private static final class World implements Scheduler {
        private final ConcurrentLinkedQueue<Runnable> plans = new ConcurrentLinkedQueue<>();
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        final PeriodicTask task = new PeriodicTask(this, () -> 1, this::round);

        private void round() {
            if (underWay.incrementAndGet() != 1) {
                throw new AssertionError("two rounds at once");
            }
            done.incrementAndGet();
            underWay.decrementAndGet();
        }

        @Override
        public void execute(Runnable work) {
            plans.add(work);
        }

        @Override
        public Runnable after(long delayNanos, Runnable work) {
            plans.add(work);
            return () -> {};
        }

        void tick() {
            Runnable plan = plans.poll();
            if (plan != null) {
                plan.run();
            }
        }

        /** Runs everything that is planned now, and returns how many rounds that made. */
        int period() {
            int before = done.get();
            for (int i = plans.size(); i > 0; i--) {
                tick();
            }
            return done.get() - before;
        }
    }

    @Test
    void oneSeriesGoesOn() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            World world = new World();
            world.task.start();
            together(
                    () -> {
                        world.task.stop();
                        world.task.start();
                    },
                    () -> {
                        world.tick();
                        world.tick();
                    },
                    world::tick);
            // What was planned for the series before does nothing, and plans nothing.
            world.period();
            check(world.period() == 1, "not one round in a period");
            check(world.period() == 1, "not one round in the next");
            world.task.stop();
            world.period();
            check(world.plans.isEmpty(), "something is planned after the stop");
        });
    }
}
