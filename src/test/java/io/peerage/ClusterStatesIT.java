/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.GaleraCluster;
import io.peerage.local.LocalPeer;
import io.peerage.local.ReplicationGroup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** States that only a cluster of three has: who serves, and what the log says of the others. */
@Timeout(240)
class ClusterStatesIT {

    private final String group = "pool-" + UUID.randomUUID();

    @AutoClose
    private final LifoContainer container = new LifoContainer(3);

    private final PeerManagedConnectionFactory factory = LocalFactories.create();

    private PeerDataSource pool(List<LocalPeer> peers) throws Exception {
        factory.setPeers(
                peers.stream().map(peer -> peer.name() + "@" + peer.address()).collect(Collectors.joining(",")));
        factory.setGroupName(group);
        factory.setTwoPhaseCommit(false);
        factory.setCheckIntervalSeconds(1);
        factory.setAcquireTimeoutMillis(5_000);
        return container.fill(factory, 3).dataSource(factory);
    }

    private static void insert(PeerDataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO t VALUES ()")).isEqualTo(1);
        }
    }

    /** The log says which state it is, also of a node that answers nothing but SHOW. */
    @Test
    @EnabledIf("io.peerage.local.Facilities#galera")
    void aGaleraNodeWithoutAQuorumIsLeftOut() throws Exception {
        try (GaleraCluster cluster = GaleraCluster.start(3)) {
            LocalPeer alone = cluster.peer(1);
            alone.execute("CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY) ENGINE = InnoDB");
            PeerDataSource source = pool(List.of(alone));
            insert(source);
            cluster.peer(2).freeze();
            cluster.peer(3).freeze();
            LivePeers.awaitState(source, alone.name(), "down");
            assertThatThrownBy(() -> insert(source)).hasMessageContaining("wsrep_cluster_status is non-Primary");
            cluster.peer(2).thaw();
            cluster.peer(3).thaw();
            LivePeers.awaitState(source, alone.name(), "up");
            insert(source);
        }
    }

    @Test
    @EnabledIf("io.peerage.local.Facilities#mySql")
    void ofASinglePrimaryGroupThePrimaryServesAlsoWhenItMoves() throws Exception {
        try (ReplicationGroup cluster = ReplicationGroup.start(ReplicationGroup.Mode.SINGLE_PRIMARY, 3)) {
            LocalPeer primary = cluster.primary();
            primary.execute("CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY)");
            PeerDataSource source = pool(cluster.peers());
            for (int i = 0; i < 200; i++) {
                insert(source);
            }
            LocalPeer next = cluster.others(primary).get(0);
            LivePeers.awaitState(source, next.name(), "down");
            assertThat(LivePeers.status(source, next.name()).cause()).contains("super_read_only is ON");
            cluster.setPrimary(next);
            LivePeers.awaitState(source, next.name(), "up");
            LivePeers.awaitState(source, primary.name(), "down");
            for (int i = 0; i < 200; i++) {
                insert(source);
            }
            assertThat(next.execute("SELECT COUNT(*) FROM shop.t")).isEqualTo("400");
        }
    }
}
