/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static io.peerage.ModelCheck.together;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each peer has one next check, whatever happens while it is planned: with none it would never be asked again. */
@Tag("model-checked")
class ScheduleLincheckTest {

    private static final int INVOCATIONS = 150;

    /** A clock that runs what is planned when it is told to. */
    private static final class Clock implements Scheduler {
        private final ConcurrentLinkedQueue<Plan> plans = new ConcurrentLinkedQueue<>();

        private static final class Plan {
            final long delayNanos;
            final Runnable work;

            Plan(long delayNanos, Runnable work) {
                this.delayNanos = delayNanos;
                this.work = work;
            }
        }

        @Override
        public void execute(Runnable work) {
            after(0, work);
        }

        @Override
        public Runnable after(long delayNanos, Runnable work) {
            Plan plan = new Plan(delayNanos, work);
            plans.add(plan);
            return () -> plans.remove(plan);
        }

        int size() {
            return plans.size();
        }

        /** Returns how long the first that is planned will take to come; 0 if none is. */
        long delayNanos() {
            @Nullable Plan plan = plans.peek();
            return plan == null ? 0 : plan.delayNanos;
        }

        /** Runs the first that is planned, if there is one. */
        void tick() {
            @Nullable Plan plan = plans.poll();
            if (plan != null) {
                plan.work.run();
            }
        }
    }

    private static PeerGroup group(Scheduler scheduler) {
        return new PeerGroup(
                List.of(new NamedEndpoint("a", 1)),
                new RandomSelection(),
                TimeUnit.SECONDS.toNanos(30),
                () -> 0,
                bound -> 0,
                PeerEvents.NONE,
                scheduler,
                peer -> null,
                Verdicts::sort);
    }

    private static void goesOnOnce(Clock clock) {
        for (int i = 0; i < 2; i++) {
            if (clock.size() != 1) {
                throw new AssertionError(clock.size() + " checks are planned");
            }
            clock.tick();
        }
    }

    @Test
    void aCheckThatBeginsWhileItIsBeingPlannedIsFollowedByAnother() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Clock clock = new Clock();
            PeerGroup group = group(clock);
            together(group::start, clock::tick);
            goesOnOnce(clock);
        });
    }

    @Test
    void aStopAndAStartDuringACheckLeaveOneSeries() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Clock clock = new Clock();
            PeerGroup group = group(clock);
            group.start();
            together(clock::tick, () -> {
                group.stop();
                group.start();
            });
            goesOnOnce(clock);
        });
    }

    /** What a check plans at its end must not put off what somebody wanted since it began. */
    @Test
    void whoWantsACheckWhileTheNextOneIsPlannedGetsItSoon() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Clock clock = new Clock();
            CheckSchedule schedule = new CheckSchedule(TimeUnit.SECONDS.toNanos(30), () -> 0, bound -> 0, clock);
            Peer a = new Peer(new NamedEndpoint("a", 1), 0, () -> 0);
            schedule.start(List.of(a), (peer, requested) -> {});
            together(() -> schedule.next(a), () -> schedule.soon(a));
            if (clock.size() != 1 || clock.delayNanos() > PeerChecks.SOON_NANOS) {
                throw new AssertionError(clock.size() + " planned, put off by " + clock.delayNanos() + " ns");
            }
        });
    }

    @Test
    void afterAStopNothingIsDone() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Clock clock = new Clock();
            PeerGroup group = group(clock);
            group.start();
            Peer a = Objects.requireNonNull(group.peers().get(0));
            together(clock::tick, group::stop);
            if (clock.size() != 0) {
                throw new AssertionError("a check of " + a + " is planned after the stop");
            }
        });
    }
}
