/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.jdbc.Activity;
import io.peerage.peer.Phase;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What passes for a move of a peer that lets nobody in: only what it served. */
class HealthProbeTest {

    private final Random random = new Random(20261128);
    private final SimulatedTime time = new SimulatedTime();
    private final FakePeers peers = new FakePeers(time, random::nextInt, 1, 30);
    private final SlotRegistry registry = new SlotRegistry(random::nextInt);
    private final HealthProbe probe = new HealthProbe(peers::open, Map.of(Credentials.CONFIGURED, registry), time);
    private PhysicalConnection link = connection();

    private PhysicalConnection connection() {
        try {
            Slot slot = peers.slot(registry, peers.peer(0));
            if (slot.take() instanceof PhysicalConnection taken && slot.occupy(taken)) {
                return taken;
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("no connection");
    }

    @BeforeEach
    void beginAUnitOfWork() {
        time.pass(1, SECONDS);
        link.begin(time.nanos());
    }

    private void fail(SQLException failure) {
        LinkFailures.of(link, FakePeers.SORTER.sort(failure, Phase.USE), false);
    }

    private static SQLException noBackend() {
        return new SQLException("Max connect timeout reached while reaching hostgroup 0 after 10000ms", "HY000", 9001);
    }

    private BooleanSupplier watch() {
        BooleanSupplier moved = probe.watch(peers.peer(0));
        time.pass(500, MILLISECONDS);
        assertThat(moved.getAsBoolean()).isFalse();
        return moved;
    }

    @Test
    void aCallThatWasServedIsAMove() {
        Activity activity = link.session().activity();
        activity.begin();
        BooleanSupplier moved = watch();
        activity.end();
        assertThat(moved.getAsBoolean()).isTrue();
    }

    @Test
    void soIsOneThatFailedForAReasonOfItsOwn() {
        Activity activity = link.session().activity();
        activity.begin();
        BooleanSupplier moved = watch();
        fail(new SQLException("Duplicate entry", "23000", 1062));
        activity.end();
        assertThat(moved.getAsBoolean()).isTrue();
    }

    @Test
    void oneThatNobodyCouldServeIsNone() {
        Activity activity = link.session().activity();
        activity.begin();
        BooleanSupplier moved = watch();
        fail(noBackend());
        activity.end();
        assertThat(moved.getAsBoolean()).isFalse();
        // as applications do: the statement is closed, and the connection
        activity.begin();
        activity.end();
        link.end(time.nanos());
        assertThat(moved.getAsBoolean())
                .as("the unit of work was not served either")
                .isFalse();
        link.begin(time.nanos());
        activity.begin();
        activity.end();
        time.pass(1, MILLISECONDS);
        link.end(time.nanos());
        assertThat(moved.getAsBoolean()).as("the next one was").isTrue();
    }

    @Test
    void noneIsTheEndOfAUnitThatAskedNothing() {
        BooleanSupplier moved = watch();
        link.end(time.nanos());
        assertThat(moved.getAsBoolean()).isFalse();
    }

    /** A proxy that has no server left answers it. */
    @Test
    void noneIsAPing() {
        BooleanSupplier moved = watch();
        link.proven(link.generation(), time.nanos());
        assertThat(moved.getAsBoolean()).isFalse();
    }

    /** It may have frozen since. */
    @Test
    void noneIsAUnitThatEndedInTheEarlierHalf() {
        BooleanSupplier moved = watch();
        link.session().activity().begin();
        link.session().activity().end();
        link.end(time.nanos());
        assertThat(moved.getAsBoolean()).isTrue();
        time.pass(2, SECONDS);
        assertThat(moved.getAsBoolean()).isFalse();
    }
}
