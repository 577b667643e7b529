/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.javase;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.PeerControl;
import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;
import io.peerage.local.LocalFleet;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The DataSource by itself: each connection is opened for its user, on a peer drawn for it. */
@Timeout(120)
class PlainIT {

    @AutoClose
    private static LocalFleet fleet;

    private PeerDataSource peers;

    @BeforeAll
    static void startPeers() {
        fleet = LocalFleet.start(3);
    }

    @BeforeEach
    void open() {
        fleet.mend();
        PeerManagedConnectionFactory settings =
                DataSources.settings(fleet.setting(), LocalPeer.DATABASE, LocalPeer.USER, LocalPeer.PASSWORD);
        settings.setCheckIntervalSeconds(1);
        peers = DataSources.plain(settings);
    }

    @Test
    void connectionsAreSharedEquallyAndClosed() throws Exception {
        Map<String, Integer> shares = fleet.shares(peers, 1_500);
        System.out.println("shares of 1,500 queries, each on a connection of its own: " + shares);
        assertThat(shares).hasSize(3);
        // 4.5 standard deviations of a third of 1,500 draws
        assertThat(shares.values()).allSatisfy(count -> assertThat(count).isBetween(417, 583));
        Patience.await("no connection to be left", () -> fleet.connections() == 0);
    }

    @Test
    void aPeerIsKilledAndReturnsWithoutAnError() throws Exception {
        fleet.shares(peers, 10);
        fleet.peer(1).kill();
        assertThat(fleet.shares(peers, 60)).containsOnlyKeys("peer2", "peer3");
        fleet.peer(1).restart();
        Patience.await("peer1 to be used again", () -> fleet.shares(peers, 10).containsKey("peer1"));
    }

    @Test
    void aConnectionStaysOnItsPeerUntilItsUserSaysThatARequestEnds() throws SQLException {
        try (Connection connection = peers.getConnection()) {
            int first = LocalFleet.ask(connection);
            for (int i = 0; i < 30; i++) {
                assertThat(LocalFleet.ask(connection)).isEqualTo(first);
            }
            connection.setAutoCommit(false);
            connection.endRequest();
            int second = LocalFleet.ask(connection);
            connection.endRequest();
            assertThat(LocalFleet.ask(connection)).as("a transaction is open").isEqualTo(second);
            connection.rollback();
        }
    }

    @Test
    void aDrainedPeerIsNotUsedUntilItIsResumed() throws Exception {
        PeerControl control = peers.unwrap(PeerControl.class);
        control.drain("peer2");
        assertThat(control.awaitNoConnections("peer2", Duration.ofSeconds(10))).isTrue();
        assertThat(fleet.shares(peers, 60)).containsOnlyKeys("peer1", "peer3");
        control.resume("peer2");
        Patience.await("peer2 to be used again", () -> fleet.shares(peers, 10).containsKey("peer2"));
    }
}
