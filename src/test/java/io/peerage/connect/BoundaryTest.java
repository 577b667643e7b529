/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.Phase;
import io.peerage.peer.SlotRegistry;
import io.peerage.server.Readiness;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a unit of work begins: what it gets, and what becomes of the connection that rested there. */
class BoundaryTest {

    private final SimulatedTime time = new SimulatedTime();
    private final Random random = new Random(20261124);
    private final FakePeers peers = new FakePeers(time, random::nextInt, 2, 30);
    private final Peer a = peers.peer(0);
    private final Peer b = peers.peer(1);
    private final SlotRegistry registry = new SlotRegistry(random::nextInt);
    private final ConnectionSlot.Shared shared = new ConnectionSlot.Shared(
            peers.group,
            new Acquirer("shop", peers.group, peers.logins(peers::open), time, false),
            new IdleCheck(peers.group, FakePeers.SORTER, time, SECONDS.toNanos(5), 1_000),
            new LinkFailures(peers.group, FakePeers.SORTER),
            time,
            time,
            SECONDS.toNanos(10));

    @BeforeEach
    void start() {
        peers.group.start();
    }

    private ConnectionSlot slot(Peer peer) throws SQLException {
        return new ConnectionSlot(
                shared, registry, Credentials.CONFIGURED, peers.connect(peer, Credentials.CONFIGURED));
    }

    private static PhysicalConnection resting(ConnectionSlot slot) {
        assertThat(slot.serving()).as("a unit of work").isNull();
        return (PhysicalConnection) Objects.requireNonNull(slot.slot.holding(), "nothing rests there");
    }

    /** With two peers and a slot to each, half of the units change their peer, and nothing is opened. */
    @Test
    void tradesForThePeerThatWasDrawn() throws SQLException {
        ConnectionSlot slot = slot(a);
        peers.slot(registry, b);
        int onA = 0;
        for (int i = 0; i < 1_000; i++) {
            PhysicalConnection link = slot.begin();
            onA += link.peer() == a ? 1 : 0;
            assertThat(slot.serving()).isSameAs(link);
            slot.rest(link);
        }
        assertThat(onA).isBetween(420, 580);
        assertThat(peers.opened).isEmpty();
        assertThat(a.units() + b.units()).isEqualTo(1_000);
        assertThat(a.busy() + b.busy()).isZero();
    }

    @Test
    void replacesAConnectionThatDoesNotAnswerAndHasItsPeerAsked() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection dead = resting(slot);
        peers.driver(dead).onPing(() -> false);
        PhysicalConnection link = slot.begin();
        assertThat(link).isNotSameAs(dead);
        assertThat(dead.isClosed()).isTrue();
        assertThat(a.health()).isInstanceOf(Health.Suspected.class);
        time.settle();
        assertThat(peers.probed).containsExactly(a);
        assertThat(peers.connections().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(1);
    }

    /** A server that ends what nobody uses is as well as ever; here it ends a session after a minute. */
    @Test
    void replacesAConnectionThatWasIdleForTooLongAndAsksNobody() throws SQLException {
        peers.idleMillis = 60_000;
        ConnectionSlot slot = slot(a);
        PhysicalConnection dead = resting(slot);
        peers.driver(dead).onPing(() -> false);
        time.pass(59, SECONDS);
        assertThat(slot.begin()).isNotSameAs(dead);
        assertThat(dead.isClosed()).isTrue();
        assertThat(a.health()).isInstanceOf(Health.Up.class);
    }

    /** One that ends sooner was killed, or its server has crashed. */
    @Test
    void suspectsThePeerOfAConnectionThatWasNotIdleForSoLong() throws SQLException {
        peers.idleMillis = 60_000;
        ConnectionSlot slot = slot(a);
        peers.driver(resting(slot)).onPing(() -> false);
        time.pass(50, SECONDS);
        slot.begin();
        assertThat(a.health()).isInstanceOf(Health.Suspected.class);
    }

    /** Borrowed and given back without a word, it has been idle for its server all the while. */
    @Test
    void countsIdlenessFromTheLastWordToTheServer() throws SQLException {
        peers.idleMillis = 60_000;
        ConnectionSlot slot = slot(a);
        PhysicalConnection link = resting(slot);
        assertThat(link.isIdleTooLong(time.nanos())).isFalse();
        link.begin(time.nanos());
        time.pass(60, SECONDS);
        link.end(time.nanos());
        assertThat(link.isIdleTooLong(time.nanos())).isTrue();
        link.proven(link.generation(), time.nanos());
        assertThat(link.isIdleTooLong(time.nanos())).isFalse();
    }

    /** A server that killed one session has not lost the others: they are asked, and stay. */
    @Test
    void keepsAConnectionOfASuspectedPeerThatAnswers() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection well = resting(slot);
        suspect(a);
        assertThat(slot.begin()).isSameAs(well);
        assertThat(peers.opened).isEmpty();
    }

    /** Full is the one, suspected the other: what the suspected one let in serves, and is not thrown away at once. */
    @Test
    void opensOneConnectionForAUnitWhateverIsKnownOfThePeers() throws SQLException {
        ConnectionSlot slot = slot(a);
        peers.driver(resting(slot)).onPing(() -> false);
        peers.broken.put(b, FakePeers.full());
        peers.group.connectFailed(b, FakePeers.SORTER.sort(FakePeers.full(), Phase.CONNECT), FakePeers.full());
        suspect(a);
        PhysicalConnection link = slot.begin();
        assertThat(link.peer()).isSameAs(a);
        assertThat(peers.opened).containsExactly(a);
    }

    private void suspect(Peer peer) {
        peers.group.failed(
                peer, peer.generation(), FakePeers.SORTER.sort(FakePeers.linkLost(), Phase.USE), FakePeers.linkLost());
        assertThat(peer.health()).isInstanceOf(Health.Suspected.class);
    }

    /** A connection that works is given up for a better peer only once that has let the new one in. */
    @Test
    void leavesAPeerOfLastResortIfAnotherLetsItIn() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection left = resting(slot);
        peers.group.lastResort(a, Readiness.lastResort("donor"));
        assertThat(slot.begin().peer()).isSameAs(b);
        assertThat(left.isClosed()).isTrue();
        assertThat(peers.connections()).containsExactly(0, 1);
    }

    @Test
    void staysOnAPeerOfLastResortIfNoOtherLetsItIn() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection kept = resting(slot);
        peers.group.lastResort(a, Readiness.lastResort("donor"));
        peers.broken.put(b, FakePeers.full());
        for (int i = 0; i < 10; i++) {
            assertThat(slot.begin()).isSameAs(kept);
            slot.rest(kept);
        }
        assertThat(peers.opened).as("asked once, and full since").containsExactly(b);
    }

    @Test
    void serveAsTheLastResortAllTheSame() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection kept = resting(slot);
        peers.group.lastResort(a, Readiness.lastResort("donor"));
        peers.lastResorts.put(b, Readiness.lastResort("donor too"));
        assertThat(slot.begin()).isSameAs(kept);
        assertThat(b.health()).isInstanceOf(Health.LastResort.class);
        assertThat(peers.connections()).containsExactly(1, 0);
    }

    @Test
    void leavesADrainedPeer() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection left = resting(slot);
        peers.group.drain(a);
        assertThat(slot.begin().peer()).isSameAs(b);
        assertThat(left.isClosed()).isTrue();
        assertThat(peers.connections()).containsExactly(0, 1);
    }

    /** The operator was promised that no unit begins once drain has returned, which it does during the ping here. */
    @Test
    void looksAgainAfterItHasBegun() throws SQLException {
        ConnectionSlot slot = slot(a);
        peers.driver(resting(slot)).onPing(() -> {
            peers.group.drain(a);
            return true;
        });
        assertThat(slot.begin().peer()).isSameAs(b);
        assertThat(a.units()).as("units begun on the drained peer").isZero();
        assertThat(peers.connections()).containsExactly(0, 1);
    }

    @Test
    void staysPassableAfterItFailed() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection dead = resting(slot);
        peers.driver(dead).onPing(() -> {
            throw FakePeers.linkLost();
        });
        List.of(a, b).forEach(peer -> peers.broken.put(peer, FakePeers.refused()));
        assertThatThrownBy(() -> slot.begin()).isInstanceOf(AllPeersDownException.class);
        assertThat(resting(slot)).isSameAs(dead);
        assertThat(peers.connections()).containsOnly(0);

        peers.broken.clear();
        time.pass(60, SECONDS);
        assertThat(slot.begin().isClosed()).isFalse();
    }

    @Test
    void refusesASlotThatIsGone() throws SQLException {
        ConnectionSlot slot = slot(a);
        slot.leave();
        assertThatThrownBy(() -> slot.begin())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
    }

    /** Destroyed by its container while a request is at the boundary: the connection in hand must not be left open. */
    @Test
    void closesWhatItHasInHandWhenTheSlotGoesMeanwhile() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection link = resting(slot);
        peers.driver(link).onPing(() -> {
            slot.leave();
            assertThat(link.isClosed()).as("in hand").isFalse();
            return true;
        });
        assertThatThrownBy(() -> slot.begin()).hasMessageContaining("destroyed");
        assertThat(link.isClosed()).isTrue();
        assertThat(peers.connections()).containsOnly(0);
        assertThat(a.busy()).isZero();
    }

    @Test
    void replacesAConnectionLostInAUnitInWhichNothingRan() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection lost = slot.begin();
        PhysicalConnection other = slot.replace(lost, FakePeers.linkLost(), slot.deadline());
        assertThat(other).isNotSameAs(lost);
        assertThat(lost.isClosed()).isTrue();
        assertThat(slot.serving()).isSameAs(other);
        assertThat(peers.connections().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(1);
        assertThat(a.busy() + b.busy()).isEqualTo(1);
    }

    @Test
    void replacesNothingInASlotThatIsGone() throws SQLException {
        ConnectionSlot slot = slot(a);
        PhysicalConnection lost = slot.begin();
        slot.leave();
        assertThat(slot.replace(lost, FakePeers.linkLost(), slot.deadline())).isNull();
        assertThat(lost.isClosed()).isTrue();
        assertThat(peers.connections()).containsOnly(0);
        assertThat(peers.opened).isEmpty();
    }
}
