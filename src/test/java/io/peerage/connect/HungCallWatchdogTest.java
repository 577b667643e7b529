/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.jdbc.Activity;
import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import java.sql.SQLException;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that run long: on a slow peer they go on, on one that is silent they are ended. */
class HungCallWatchdogTest {

    /** So rare that every probe seen here was asked for by a call that ran too long. */
    private static final long CHECK_INTERVAL_SECONDS = 86_400;

    private final Random random = new Random(20261123);
    private final SimulatedTime time = new SimulatedTime();
    private final FakePeers peers = new FakePeers(time, random::nextInt, 2, CHECK_INTERVAL_SECONDS);
    private final Peer peer = peers.peer(0);
    private final SlotRegistry registry = new SlotRegistry(random::nextInt);
    private final Map<Credentials, SlotRegistry> registries = new AbstractMap<>() {
        @Override
        public Set<Entry<Credentials, SlotRegistry>> entrySet() {
            Error failure = sampleFails;
            if (failure != null) {
                throw failure;
            }
            return Set.of(Map.entry(Credentials.CONFIGURED, registry));
        }
    };
    private final HungCallWatchdog watchdog = new HungCallWatchdog(peers.group, registries, time, SECONDS.toNanos(10));
    private final PeriodicTask samples = watchdog.task(time);
    private FakeXaConnection driver = new FakeXaConnection();
    private Activity activity = new Activity();

    private @Nullable Error sampleFails;

    @BeforeEach
    void beginAUnitOfWork() throws SQLException {
        Slot slot = peers.slot(registry, peer);
        if (!(slot.take() instanceof PhysicalConnection link)) {
            throw new AssertionError("no connection");
        }
        assertThat(slot.occupy(link)).isTrue();
        driver = peers.driver(link);
        activity = link.session().activity();
        peers.group.start();
        samples.start();
    }

    @Test
    void asksThePeerOfALongCallOnceAndLetsTheCallGoOnIfItAnswers() {
        activity.begin();
        time.pass(9, SECONDS);
        assertThat(peers.probed).isEmpty();
        time.pass(3, SECONDS);
        assertThat(peers.probed).containsExactly(peer);
        time.pass(600, SECONDS);
        assertThat(peers.probed).containsExactly(peer);
        assertThat(driver.aborts()).isZero();
    }

    @Test
    void endsACallWhosePeerIsSilent() {
        peers.broken.put(peer, FakePeers.silent());
        activity.begin();
        time.pass(9_900, MILLISECONDS);
        assertThat(driver.aborts()).isZero();
        // a sample to see it, the time itself, a sample to ask, and one more to act: a sample each 1.25 s
        time.pass(3_900, MILLISECONDS);
        assertThat(driver.aborts()).isPositive();
    }

    /** One login that takes too long proves nothing against a peer that is at work. */
    @Test
    void leavesACallAloneIfThePeerWasSilentOnce() {
        peers.during = (any, credentials) -> {
            peers.during = (another, others) -> {};
            throw FakePeers.silent();
        };
        activity.begin();
        time.pass(600, SECONDS);
        assertThat(peers.probed).containsExactly(peer, peer);
        assertThat(driver.aborts()).isZero();
        assertThat(peer.health()).isInstanceOf(Health.Up.class);
    }

    @Test
    void leavesACallAloneWhileOthersOfItsPeerMove() {
        peers.broken.put(peer, FakePeers.silent());
        peers.moves = true;
        activity.begin();
        time.pass(600, SECONDS);
        assertThat(peers.probed).contains(peer);
        assertThat(driver.aborts()).isZero();
    }

    @Test
    void leavesACallAloneWhosePeerOnlyRefusesNewClients() {
        peers.broken.put(peer, FakePeers.refused());
        activity.begin();
        time.pass(600, SECONDS);
        assertThat(peers.probed).containsOnly(peer);
        assertThat(driver.aborts()).isZero();
    }

    @Test
    void beginsToCountAgainWithEachCall() {
        peers.broken.put(peer, FakePeers.silent());
        activity.begin();
        time.pass(8, SECONDS);
        activity.end();
        activity.begin();
        time.pass(9_900, MILLISECONDS);
        assertThat(peers.probed).isEmpty();
        assertThat(driver.aborts()).isZero();
        time.pass(3_900, MILLISECONDS);
        assertThat(peers.probed).as("one silence is not enough").containsExactly(peer, peer);
        assertThat(driver.aborts()).isPositive();
    }

    /** Work under way on a drained peer must not hang for ever either, and is what a drain waits for. */
    @Test
    void endsACallOnADrainedPeerThatIsSilent() {
        peers.group.drain(peer);
        peers.broken.put(peer, FakePeers.silent());
        activity.begin();
        time.pass(9_900, MILLISECONDS);
        assertThat(peers.probed).isEmpty();
        assertThat(driver.aborts()).isZero();
        time.pass(3_900, MILLISECONDS);
        assertThat(peers.probed).as("one silence is not enough").containsExactly(peer, peer);
        assertThat(driver.aborts()).isPositive();
        assertThat(peer.health()).isInstanceOf(Health.Drained.class);
    }

    @Test
    void leavesALongCallOnADrainedPeerAloneWhileThePeerAnswers() {
        peers.group.drain(peer);
        activity.begin();
        time.pass(60, SECONDS);
        assertThat(peers.probed).isNotEmpty().containsOnly(peer);
        assertThat(driver.aborts()).isZero();
        assertThat(peer.health()).isInstanceOf(Health.Drained.class);
        peers.broken.put(peer, FakePeers.silent());
        time.pass(15, SECONDS);
        assertThat(driver.aborts()).as("frozen later").isPositive();
    }

    /** What a call heard of the peer long ago is no reason to end another one now. */
    @Test
    void asksADrainedPeerAgainForEachCall() {
        peers.group.drain(peer);
        peers.broken.put(peer, FakePeers.silent());
        activity.begin();
        time.pass(15, SECONDS);
        int aborts = driver.aborts();
        assertThat(aborts).isPositive();
        activity.end();
        peers.broken.clear();
        activity.begin();
        time.pass(60, SECONDS);
        assertThat(driver.aborts()).isEqualTo(aborts);
    }

    @Test
    void leavesADrainedPeerAloneWithoutSuchACall() {
        peers.group.drain(peer);
        time.pass(2 * CHECK_INTERVAL_SECONDS, SECONDS);
        assertThat(peers.probed).doesNotContain(peer);
    }

    @Test
    void neverAsksForAnIdleConnection() {
        activity.begin();
        activity.end();
        time.pass(600, SECONDS);
        assertThat(peers.probed).isEmpty();
    }

    /** The last managed connection goes and the next one comes: whoever sampled before must not go on beside it. */
    @Test
    void aStopAndAStartWithinAPeriodLeaveOneSeries() {
        time.pass(1, SECONDS);
        int before = time.plans();
        for (int i = 0; i < 10; i++) {
            samples.stop();
            samples.start();
        }
        time.pass(3, SECONDS);
        assertThat(time.plans()).as("samples planned, and checks").isEqualTo(before);
    }

    /** What a sample throws, here for want of memory, ends that sample only. */
    @Test
    void goesOnAfterASampleThatFailed() {
        OutOfMemoryError failure = new OutOfMemoryError("for the test");
        sampleFails = failure;
        assertThat(catchThrowable(() -> time.pass(2, SECONDS))).isSameAs(failure);
        sampleFails = null;
        peers.broken.put(peer, FakePeers.silent());
        activity.begin();
        time.pass(15, SECONDS);
        assertThat(driver.aborts()).isPositive();
    }

    /** Without a thread the driver cannot end the call: it is asked again. */
    @Test
    void triesAgainToEndACallThatCouldNotBeEnded() {
        peers.broken.put(peer, FakePeers.silent());
        driver.failAborts(new OutOfMemoryError("unable to create native thread"));
        activity.begin();
        time.pass(15, SECONDS);
        int tried = driver.aborts();
        assertThat(tried).isPositive();
        time.pass(5, SECONDS);
        assertThat(driver.aborts()).isGreaterThan(tried);
        driver.failAborts(null);
        time.pass(2, SECONDS);
        int ended = driver.aborts();
        time.pass(20, SECONDS);
        assertThat(driver.aborts()).as("once it was ended").isEqualTo(ended);
    }
}
