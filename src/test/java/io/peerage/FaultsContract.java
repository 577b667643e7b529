/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A session that is killed in mid-use, a peer that crashes, and one that falls silent. */
interface FaultsContract extends Contract {

    @Test
    default void aSessionKilledInUseIsTheOnlyThingThatFails() throws Exception {
        PeerManagedConnectionFactory factory = site().at("hurt@" + site().hurt().address());
        PeerDataSource source = pool(factory, 1);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(site().ask(connection)).isEqualTo("hurt");
            LocalPeer peer = site().hurt();
            site().dialect().kill(peer, site().dialect().sessions(peer).get(0));
            site().awaitSessions(peer, 0);
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isNotNull());
        }
        assertThat(site().ask(source)).isEqualTo("hurt");
    }

    @Test
    default void aPeerThatCrashesIsLeftOutAndComesBack() throws Exception {
        isLeftOutAndComesBack(LocalPeer::kill);
    }

    @Test
    default void aPeerThatIsStoppedInOrderIsLeftOutAndComesBack() throws Exception {
        isLeftOutAndComesBack(LocalPeer::stop);
    }

    private void isLeftOutAndComesBack(Consumer<LocalPeer> ending) throws Exception {
        PeerDataSource source = pool(site().watchful(), 4);
        ending.accept(site().hurt());
        assertThat(site().shares(source, 20)).containsOnlyKeys("other");
        LivePeers.awaitState(source, "hurt", "down");
        site().hurt().restart();
        LivePeers.awaitState(source, "hurt", "up");
        Patience.await("its share", () -> site().shares(source, 20).containsKey("hurt"));
    }

    @Test
    default void aPeerThatFallsSilentHoldsNobodyUp() throws Exception {
        PeerManagedConnectionFactory factory = site().watchful();
        factory.setConnectTimeoutMillis(500);
        factory.setHungAfterMillis(500);
        factory.setValidationTimeoutMillis(500);
        PeerDataSource source = pool(factory, 4);
        try (Connection held = onHurt(source)) {
            site().hurt().freeze();
            assertThatThrownBy(() -> site().ask(held)).isInstanceOf(SQLException.class);
        }
        LivePeers.awaitState(source, "hurt", "down");
        assertThat(site().shares(source, 20)).containsOnlyKeys("other");
        site().hurt().thaw();
        LivePeers.awaitState(source, "hurt", "up");
    }

    private Connection onHurt(PeerDataSource source) throws SQLException {
        while (true) {
            Connection connection = source.getConnection();
            if (site().ask(connection).equals("hurt")) {
                return connection;
            }
            connection.close();
        }
    }
}
