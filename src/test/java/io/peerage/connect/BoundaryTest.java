/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.Phase;
import io.peerage.peer.Slot;
import java.sql.SQLException;
import java.util.List;
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
    private final Acquirer acquirer = new Acquirer("shop", peers.group, peers::open, FakePeers.SORTER, time, false);
    private final Boundary boundary =
            new Boundary(peers.group, acquirer, FakePeers.SORTER, time, SECONDS.toNanos(5), 1_000);

    @BeforeEach
    void start() {
        peers.group.start();
    }

    private PhysicalConnection pass(Slot slot) throws SQLException {
        return boundary.pass(slot, registry, Credentials.CONFIGURED, time.nanos() + SECONDS.toNanos(10));
    }

    private static PhysicalConnection resting(Slot slot) {
        if (slot.resting() instanceof PhysicalConnection link) {
            return link;
        }
        throw new AssertionError("nothing rests there");
    }

    private void end(Slot slot, PhysicalConnection link) {
        link.end(time.nanos());
        slot.rest();
    }

    /** With two peers and a slot to each, half of the units change their peer, and nothing is opened. */
    @Test
    void tradesForThePeerThatWasDrawn() throws SQLException {
        Slot slot = peers.slot(registry, a);
        peers.slot(registry, b);
        int onA = 0;
        for (int i = 0; i < 1_000; i++) {
            PhysicalConnection link = pass(slot);
            onA += link.peer() == a ? 1 : 0;
            assertThat(slot.busy()).isSameAs(link);
            end(slot, link);
        }
        assertThat(onA).isBetween(420, 580);
        assertThat(peers.opened).isEmpty();
        assertThat(a.units() + b.units()).isEqualTo(1_000);
        assertThat(a.busy() + b.busy()).isZero();
    }

    @Test
    void replacesAConnectionThatDoesNotAnswerAndHasItsPeerAsked() throws SQLException {
        Slot slot = peers.slot(registry, a);
        PhysicalConnection dead = resting(slot);
        peers.driver(dead).onPing(() -> false);
        PhysicalConnection link = pass(slot);
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
        Slot slot = peers.slot(registry, a);
        PhysicalConnection dead = resting(slot);
        peers.driver(dead).onPing(() -> false);
        time.pass(59, SECONDS);
        assertThat(pass(slot)).isNotSameAs(dead);
        assertThat(dead.isClosed()).isTrue();
        assertThat(a.health()).isInstanceOf(Health.Up.class);
    }

    /** One that ends sooner was killed, or its server has crashed. */
    @Test
    void suspectsThePeerOfAConnectionThatWasNotIdleForSoLong() throws SQLException {
        peers.idleMillis = 60_000;
        Slot slot = peers.slot(registry, a);
        peers.driver(resting(slot)).onPing(() -> false);
        time.pass(50, SECONDS);
        pass(slot);
        assertThat(a.health()).isInstanceOf(Health.Suspected.class);
    }

    /** Borrowed and given back without a word, it has been idle for its server all the while. */
    @Test
    void countsIdlenessFromTheLastWordToTheServer() throws SQLException {
        peers.idleMillis = 60_000;
        Slot slot = peers.slot(registry, a);
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
        Slot slot = peers.slot(registry, a);
        PhysicalConnection well = resting(slot);
        suspect(a);
        assertThat(pass(slot)).isSameAs(well);
        assertThat(peers.opened).isEmpty();
    }

    /** Full is the one, suspected the other: what the suspected one let in serves, and is not thrown away at once. */
    @Test
    void opensOneConnectionForAUnitWhateverIsKnownOfThePeers() throws SQLException {
        Slot slot = peers.slot(registry, a);
        peers.driver(resting(slot)).onPing(() -> false);
        peers.broken.put(b, FakePeers.full());
        peers.group.connectFailed(b, FakePeers.SORTER.sort(FakePeers.full(), Phase.CONNECT), FakePeers.full());
        suspect(a);
        PhysicalConnection link = pass(slot);
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
        Slot slot = peers.slot(registry, a);
        PhysicalConnection left = resting(slot);
        peers.group.lastResort(a, Readiness.lastResort("donor"));
        assertThat(pass(slot).peer()).isSameAs(b);
        assertThat(left.isClosed()).isTrue();
        assertThat(peers.connections()).containsExactly(0, 1);
    }

    @Test
    void staysOnAPeerOfLastResortIfNoOtherLetsItIn() throws SQLException {
        Slot slot = peers.slot(registry, a);
        PhysicalConnection kept = resting(slot);
        peers.group.lastResort(a, Readiness.lastResort("donor"));
        peers.broken.put(b, FakePeers.full());
        for (int i = 0; i < 10; i++) {
            assertThat(pass(slot)).isSameAs(kept);
            end(slot, kept);
        }
        assertThat(peers.opened).as("asked once, and full since").containsExactly(b);
    }

    @Test
    void serveAsTheLastResortAllTheSame() throws SQLException {
        Slot slot = peers.slot(registry, a);
        PhysicalConnection kept = resting(slot);
        peers.group.lastResort(a, Readiness.lastResort("donor"));
        peers.lastResorts.put(b, Readiness.lastResort("donor too"));
        assertThat(pass(slot)).isSameAs(kept);
        assertThat(b.health()).isInstanceOf(Health.LastResort.class);
        assertThat(peers.connections()).containsExactly(1, 0);
    }

    @Test
    void leavesADrainedPeer() throws SQLException {
        Slot slot = peers.slot(registry, a);
        PhysicalConnection left = resting(slot);
        peers.group.drain(a);
        assertThat(pass(slot).peer()).isSameAs(b);
        assertThat(left.isClosed()).isTrue();
        assertThat(peers.connections()).containsExactly(0, 1);
    }

    /** The operator was promised that no unit begins once drain has returned, which it does during the ping here. */
    @Test
    void looksAgainAfterItHasBegun() throws SQLException {
        Slot slot = peers.slot(registry, a);
        peers.driver(resting(slot)).onPing(() -> {
            peers.group.drain(a);
            return true;
        });
        assertThat(pass(slot).peer()).isSameAs(b);
        assertThat(a.units()).as("units begun on the drained peer").isZero();
        assertThat(peers.connections()).containsExactly(0, 1);
    }

    @Test
    void staysPassableAfterItFailed() throws SQLException {
        Slot slot = peers.slot(registry, a);
        PhysicalConnection dead = resting(slot);
        peers.driver(dead).onPing(() -> {
            throw FakePeers.linkLost();
        });
        List.of(a, b).forEach(peer -> peers.broken.put(peer, FakePeers.refused()));
        assertThatThrownBy(() -> pass(slot)).isInstanceOf(AllPeersDownException.class);
        assertThat(resting(slot)).isSameAs(dead);
        assertThat(peers.connections()).containsOnly(0);

        peers.broken.clear();
        time.pass(60, SECONDS);
        assertThat(pass(slot).isClosed()).isFalse();
    }

    @Test
    void refusesASeatThatIsGone() throws SQLException {
        Slot slot = peers.slot(registry, a);
        if (slot.leave() instanceof PhysicalConnection link) {
            link.close();
        }
        assertThatThrownBy(() -> pass(slot))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
    }

    /** Destroyed by its container while a request is at the boundary: the connection in hand must not be left open. */
    @Test
    void closesWhatItHasInHandWhenTheSeatGoesMeanwhile() throws SQLException {
        Slot slot = peers.slot(registry, a);
        PhysicalConnection link = resting(slot);
        peers.driver(link).onPing(() -> {
            assertThat(slot.leave()).as("in hand").isNull();
            return true;
        });
        assertThatThrownBy(() -> pass(slot)).hasMessageContaining("destroyed");
        assertThat(link.isClosed()).isTrue();
        assertThat(peers.connections()).containsOnly(0);
        assertThat(a.busy()).isZero();
    }

    @Test
    void replacesAConnectionLostInAUnitInWhichNothingRan() throws SQLException {
        Slot slot = peers.slot(registry, a);
        PhysicalConnection lost = pass(slot);
        PhysicalConnection other =
                boundary.replace(slot, registry, Credentials.CONFIGURED, lost, time.nanos() + SECONDS.toNanos(10));
        assertThat(other).isNotSameAs(lost);
        assertThat(lost.isClosed()).isTrue();
        assertThat(slot.busy()).isSameAs(other);
        assertThat(peers.connections().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(1);
        assertThat(a.busy() + b.busy()).isEqualTo(1);
    }

    @Test
    void replacesNothingInASeatThatIsGone() throws SQLException {
        Slot slot = peers.slot(registry, a);
        PhysicalConnection lost = pass(slot);
        assertThat(slot.leave()).isSameAs(lost);
        assertThatThrownBy(() ->
                        boundary.replace(slot, registry, Credentials.CONFIGURED, lost, time.nanos() + SECONDS.toNanos(10)))
                .hasMessageContaining("destroyed");
        assertThat(peers.connections()).containsOnly(0);
        assertThat(peers.opened).isEmpty();
    }
}
