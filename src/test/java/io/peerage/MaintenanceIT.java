/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that are drained, refuse, lose their role and come back, under load from eight threads. */
@Timeout(180)
class MaintenanceIT {

    private static final double THIRD = 1 / 3.0;

    @AutoClose
    private static LivePeers live;

    @AutoClose
    private final LifoContainer container = new LifoContainer(12);

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
    }

    @BeforeEach
    void mend() {
        live.mend();
    }

    private PeerDataSource pool(PeerManagedConnectionFactory factory) throws Exception {
        return container.fill(factory, 12).dataSource(factory);
    }

    /** The returning peer is eased in by moving idle connections: nothing is restarted, flushed or created. */
    @Test
    void aReturningPeerServesItsThirdAgain() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setRebalancePerSecond(10);
        PeerDataSource source = pool(factory);
        LocalPeer peer = live.peer(2);
        try (PacedLoad load = PacedLoad.start(8, () -> LivePeers.ask(source))) {
            load.awaitShare(peer.port(), THIRD);
            peer.kill();
            load.awaitMore(500);
            System.out.println("errors when one of three peers is killed under 8 threads: "
                    + load.errors().size());
            assertThat(load.errors()).as("only what was on the wire").hasSizeLessThanOrEqualTo(8);
            int onTheWire = load.errors().size();
            peer.restart();
            load.awaitShare(peer.port(), THIRD);
            assertThat(load.errors()).as("none after that").hasSize(onTheWire);
        }
    }

    /** The ancestor's promise: maintenance without downtime. */
    @Test
    void drainingAPeerCostsNoErrorAndEmptiesIt() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setRebalancePerSecond(10);
        PeerDataSource source = pool(factory);
        PeerControl control = source.unwrap(PeerControl.class);
        LocalPeer peer = live.peer(1);
        try (PacedLoad load = PacedLoad.start(8, () -> LivePeers.ask(source))) {
            load.awaitShare(peer.port(), THIRD);
            control.drain("peer1");
            long units = LivePeers.status(source, "peer1").units();
            assertThat(control.awaitNoConnections("peer1", Duration.ofSeconds(10)))
                    .as("all connections have left")
                    .isTrue();
            assertThat(peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app'"))
                    .contains("0");
            load.awaitMore(500);
            assertThat(LivePeers.status(source, "peer1").units())
                    .as("units of work begun since drain returned")
                    .isEqualTo(units);
            peer.stop();
            peer.restart();
            control.resume("peer1");
            load.awaitShare(peer.port(), THIRD);
            assertThat(load.errors()).isEmpty();
        }
    }

    @Test
    void drainingAnUnknownPeerNamesThoseThereAre() throws Exception {
        PeerControl control = pool(live.factory()).unwrap(PeerControl.class);
        assertThatThrownBy(() -> control.drain("peer9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("peer9")
                .hasMessageContaining("peer1, peer2, peer3");
    }

    /** As with PROXYSQL PAUSE: new clients are refused, old connections work. The peer drains by itself. */
    @Test
    void aProxyThatRefusesNewClientsDrainsWithoutAnError() throws Exception {
        try (Relay relay = Relay.to(live.peer(3).port())) {
            PeerManagedConnectionFactory factory = live.factory();
            factory.setRebalancePerSecond(10);
            factory.setPeers("peer1@" + live.peer(1).address() + ",peer2@"
                    + live.peer(2).address() + ",proxy@" + relay.address());
            PeerDataSource source = pool(factory);
            int behind = live.peer(3).port();
            try (PacedLoad load = PacedLoad.start(8, () -> LivePeers.ask(source))) {
                load.awaitShare(behind, THIRD);
                relay.refuse();
                Patience.await("the proxy to be empty", () -> relay.connections() == 0);
                long served = load.served(behind);
                load.awaitMore(300);
                assertThat(load.served(behind)).isEqualTo(served);
                relay.pass();
                load.awaitShare(behind, THIRD);
                assertThat(load.errors()).isEmpty();
            }
        }
    }

    /** A slow statement on a peer that answers is nobody's business. */
    @Test
    void aSlowStatementOnALivingPeerGoesOn() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setHungAfterMillis(100);
        PeerDataSource source = pool(factory);
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT SLEEP(1.5)")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isZero();
        }
        assertThat(source.peers()).allSatisfy(peer -> assertThat(peer.state()).isEqualTo("up"));
    }

    @Test
    void aPeerThatTurnsReadOnlyIsLeftOutUntilItTakesWritesAgain() throws Exception {
        PeerDataSource source = pool(live.factory());
        live.peer(2).execute("SET GLOBAL read_only = 1");
        try {
            LivePeers.awaitState(source, "peer2", "down");
            assertThat(LivePeers.status(source, "peer2").cause()).contains("read_only is ON");
            assertThat(live.shares(source, 100)).doesNotContainKey("peer2");
        } finally {
            live.peer(2).execute("SET GLOBAL read_only = 0");
        }
        LivePeers.awaitState(source, "peer2", "up");
    }

    /** Connections past their life are replaced while idle, a few at a time, without an error. */
    @Test
    void connectionsPastTheirLifeAreReplaced() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setMaxLifetimeSeconds(1);
        PeerDataSource source = pool(factory);
        long before = live.peer(1).status("Connections");
        try (PacedLoad load = PacedLoad.start(2, () -> LivePeers.ask(source))) {
            Patience.await("fresh connections", () -> live.peer(1).status("Connections") > before + 20);
            assertThat(load.errors()).isEmpty();
        }
        assertThat(source.peers().stream().mapToInt(PeerStatus::connections).sum())
                .isBetween(12, 15);
    }

    /** Exactly one statement for one query, stale-proof all the same: no ping, no SET, no hidden SELECT. */
    @Test
    void anAutocommitQueryCostsOneStatement() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setCheckIntervalSeconds(3_600);
        PeerDataSource source = pool(factory);
        live.shares(source, 100);
        long questions = questions();
        int asked = 3_000;
        live.shares(source, asked);
        // looking costs two statements on each peer: what SHOW STATUS counts includes itself
        double perQuery = (questions() - questions) / (double) asked;
        System.out.printf("statements on the servers per autocommit query: %.3f%n", perQuery);
        assertThat(perQuery).isBetween(1.0, 1.01);
    }

    private static long questions() {
        return live.peers.stream().mapToLong(peer -> peer.status("Questions")).sum();
    }
}
