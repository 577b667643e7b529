/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static io.peerage.ModelCheck.check;
import static io.peerage.ModelCheck.together;
import static io.peerage.peer.Verdicts.failure;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Races on a peer's health, model-checked: every interleaving within Lincheck's budget holds what each test says. */
@Tag("model-checked")
class HealthLincheckTest {

    private static final int INVOCATIONS = 400;

    /** Background threads that do nothing by themselves: the test's own threads run the checks. */
    private static final class Idle implements Scheduler {
        private volatile @Nullable Runnable last;

        @Override
        public void execute(Runnable work) {
            last = work;
        }

        /** Returns what was handed in last, which may be nothing, and forgets it. */
        @Nullable Runnable take() {
            Runnable taken = last;
            last = null;
            return taken;
        }

        @Override
        public Runnable after(long delayNanos, Runnable work) {
            return () -> {};
        }
    }

    private static final class Counting implements PeerEvents {
        final AtomicInteger downs = new AtomicInteger();
        final AtomicInteger ups = new AtomicInteger();
        final AtomicInteger allDowns = new AtomicInteger();
        final AtomicInteger suspicions = new AtomicInteger();

        @Override
        public void down(Peer peer, Throwable cause, long nextCheckNanos) {
            downs.incrementAndGet();
        }

        @Override
        public void up(Peer peer, long afterNanos) {
            ups.incrementAndGet();
        }

        @Override
        public void suspected(Peer peer, Throwable cause) {
            suspicions.incrementAndGet();
        }

        @Override
        public void allDown(List<Peer> peers) {
            allDowns.incrementAndGet();
        }
    }

    private static PeerGroup group(int size, PeerEvents events, Scheduler scheduler, Probe probe) {
        List<NamedEndpoint> members =
                List.of(new NamedEndpoint("a", 1), new NamedEndpoint("b", 1)).subList(0, size);
        PeerGroup group = new PeerGroup(
                members,
                new RandomSelection(),
                TimeUnit.SECONDS.toNanos(30),
                () -> 0,
                bound -> 0,
                events,
                scheduler,
                probe,
                Verdicts::sort);
        group.start();
        return group;
    }

    /** Two connects that fail at the same time are one change of state: one event, one line in the log. */
    @Test
    void twoFailuresAtOnceTakeAPeerDownOnce() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Counting events = new Counting();
            PeerGroup group = group(1, events, new Idle(), peer -> null);
            Peer a = group.peers().get(0);
            SQLException cause = failure("DOWN");
            together(
                    () -> group.connectFailed(a, Verdicts.DOWN, cause),
                    () -> group.connectFailed(a, Verdicts.DOWN, cause));
            check(events.downs.get() == 1, "one event of going down");
            check(events.allDowns.get() == 1, "one event of the last one going down");
            check(a.generation() == 1, "one generation ends");
            check(group.draw() == null, "nobody is drawn");
        });
    }

    /** The last two peers go down at the same time: exactly one of the two tells that all are down. */
    @Test
    void theLastTwoPeersGoingDownAtOnceAreToldOnce() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Counting events = new Counting();
            PeerGroup group = group(2, events, new Idle(), peer -> null);
            SQLException cause = failure("DOWN");
            together(
                    () -> group.connectFailed(group.peers().get(0), Verdicts.DOWN, cause),
                    () -> group.connectFailed(group.peers().get(1), Verdicts.DOWN, cause));
            check(events.downs.get() == 2, "both go down");
            check(events.allDowns.get() == 1, "it is told once that all are down");
            check(group.draw() == null, "who can be dealt has seen both changes");
        });
    }

    /** The operator drains a peer while a check of it runs and succeeds: it stays drained. */
    @Test
    void aCheckNeverEndsADrain() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Idle scheduler = new Idle();
            PeerGroup group = group(1, PeerEvents.NONE, scheduler, peer -> null);
            Peer a = group.peers().get(0);
            group.failed(a, a.generation(), Verdicts.SUSPECT, failure("08S01"));
            Runnable check = Objects.requireNonNull(scheduler.take());
            together(check, () -> group.drain(a));
            check(a.health() instanceof Health.Drained, "drained stays drained");
            check(group.draw() == null, "and is not drawn");
        });
    }

    /** However many ask, one check of a peer runs at a time. */
    @Test
    void oneCheckOfAPeerRunsAtATime() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Idle scheduler = new Idle();
            AtomicInteger running = new AtomicInteger();
            PeerGroup group = group(1, PeerEvents.NONE, scheduler, peer -> {
                check(running.incrementAndGet() == 1, "a second check began");
                running.decrementAndGet();
                return null;
            });
            Peer a = group.peers().get(0);
            group.check(a);
            Runnable check = Objects.requireNonNull(scheduler.take());
            together(check, check);
            check(a.health() instanceof Health.Up, "and it is still up");
        });
    }

    /**
     * A connection breaks while a check is under way that began before: that check cannot clear the suspicion, so
     * another one must follow. Otherwise the peer would stay suspected until its next regular check.
     */
    @Test
    void aSuspicionDuringACheckIsFollowedByAnotherCheck() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Idle scheduler = new Idle();
            PeerGroup group = group(1, PeerEvents.NONE, scheduler, peer -> null);
            Peer a = group.peers().get(0);
            group.check(a);
            Runnable check = Objects.requireNonNull(scheduler.take());
            together(check, () -> group.failed(a, a.generation(), Verdicts.SUSPECT, failure("08S01")));
            Runnable following = scheduler.take();
            if (a.health() instanceof Health.Suspected) {
                Objects.requireNonNull(following, "nobody asks a suspected peer")
                        .run();
            }
            check(a.health() instanceof Health.Up, "the suspicion is cleared");
        });
    }
}
