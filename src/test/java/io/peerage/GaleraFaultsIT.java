/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.GaleraCluster;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** A Galera cluster of three under eight writers, and what befalls its nodes. */
@EnabledIf("io.peerage.local.Facilities#galera")
@Timeout(240)
class GaleraFaultsIT {

    private static final int THREADS = 8;
    private static final double THIRD = 1 / 3.0;

    @AutoClose
    private static GaleraCluster cluster;

    private final LifoContainer container = new LifoContainer(12);
    private final String name = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(name);
    private PeerManagedConnectionFactory factory;
    private PeerDataSource source;
    private OwnRows rows;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = GaleraCluster.start(3);
    }

    @BeforeEach
    void fill() throws Exception {
        cluster.mend();
        OwnRows.prepare(cluster.peer(1));
        ClusterPools.awaitTable(cluster);
        factory = ClusterPools.factory(cluster);
        factory.setTwoPhaseCommit(false);
        factory.setGroupName(name);
        source = container.fill(factory, 12).dataSource(factory);
        rows = new OwnRows(container, factory, true);
    }

    @AfterEach
    void close() {
        cluster.releaseTransfers();
        container.close();
        log.close();
    }

    @Test
    void stoppingEachNodeInTurnLosesNoAcknowledgedRow() throws Exception {
        eachInTurn("each of three Galera nodes stopped in order under 8 writers", LocalPeer::stop);
    }

    @Test
    void killingEachNodeInTurnLosesNoAcknowledgedRow() throws Exception {
        eachInTurn("each of three Galera nodes killed under 8 writers", LocalPeer::kill);
    }

    private void eachInTurn(String what, Consumer<LocalPeer> end) throws Exception {
        ClusterPools.endEachInTurn(what, cluster, source, rows, THREADS, end);
    }

    /** The others cannot commit until they have expelled it; they are alive all the same. */
    @Test
    void aFrozenNodeTakesNoOtherOut() throws Exception {
        LocalPeer frozen = cluster.peer(2);
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            load.awaitShare(frozen.port(), THIRD);
            load.clearWorst();
            frozen.freeze();
            try {
                LivePeers.awaitState(source, frozen.name(), "down");
                load.awaitMore(500);
                load.awaitEveryThread();
                System.out.println("a Galera node frozen under 8 writers: "
                        + load.failures().size() + " failed, worst unit " + load.worstMillis() + " ms");
                assertThat(load.failures())
                        .as("one of each writer, on the frozen one")
                        .hasSizeLessThanOrEqualTo(THREADS)
                        .allSatisfy(failure -> assertThat(failure.dealtTo()).isEqualTo(frozen.port()));
                assertThat(log.with("PEERAGE-010"))
                        .singleElement()
                        .satisfies(line -> assertThat(line.getMessage()).contains(frozen.name()));
            } finally {
                frozen.thaw();
            }
            LivePeers.awaitState(source, frozen.name(), "up");
            load.awaitShare(frozen.port(), THIRD);
        }
        cluster.awaitComplete(cluster.peers());
        rows.assertKept("a Galera node frozen under 8 writers", cluster.peers());
    }

    /** It answers SELECT 1 and pings, and refuses every table. */
    @Test
    void aNodeWithoutAQuorumServesNobodyUntilTheClusterIsBack() throws Exception {
        cluster.peer(1).kill();
        cluster.peer(2).kill();
        for (LocalPeer peer : cluster.peers()) {
            LivePeers.awaitState(source, peer.name(), "down");
        }
        assertThat(LivePeers.status(source, cluster.peer(3).name()).cause()).contains("wsrep_cluster_status");
        assertThatThrownBy(() -> LivePeers.ask(source))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("wsrep_cluster_status");
        cluster.mend();
        for (LocalPeer peer : cluster.peers()) {
            LivePeers.awaitState(source, peer.name(), "up");
        }
        LivePeers.ask(source);
    }

    @Test
    void aDesyncedNodeServesOnlyWhileNobodyElseCan() throws Exception {
        LocalPeer desynced = cluster.peer(3);
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            load.awaitShare(desynced.port(), THIRD);
            desynced.execute("SET GLOBAL wsrep_desync = ON");
            try {
                LivePeers.awaitState(source, desynced.name(), "last resort");
                assertIdle(load, desynced);
                assertThat(load.errors()).isEmpty();
                PeerControl control = source.unwrap(PeerControl.class);
                cluster.others(desynced).forEach(peer -> control.drain(peer.name()));
                long served = load.served(desynced.port());
                load.awaitMore(300);
                assertThat(load.served(desynced.port())).as("it serves alone").isGreaterThan(served + 200);
                cluster.others(desynced).forEach(peer -> control.resume(peer.name()));
                LivePeers.awaitState(source, cluster.peer(1).name(), "up");
            } finally {
                desynced.execute("SET GLOBAL wsrep_desync = OFF");
            }
            LivePeers.awaitState(source, desynced.name(), "up");
            load.awaitShare(desynced.port(), THIRD);
            assertThat(load.errors()).isEmpty();
        }
        rows.assertKept("a Galera node desynced under 8 writers", cluster.peers());
    }

    private static void assertIdle(PacedLoad load, LocalPeer peer) throws Exception {
        load.awaitEveryThread();
        long served = load.served(peer.port());
        load.awaitMore(500);
        assertThat(load.served(peer.port())).as("units of %s", peer).isEqualTo(served);
    }

    @Test
    void aDonorServesOnlyWhileNobodyElseCan() throws Exception {
        LocalPeer joiner = cluster.peer(1);
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            load.awaitShare(joiner.port(), THIRD);
            joiner.stop();
            LivePeers.awaitState(source, joiner.name(), "down");
            int onTheWire = load.failures().size();
            CompletableFuture<Void> joining = cluster.rejoinHeld(joiner);
            Patience.await("a donor", () -> cluster.donorOf(joiner).isPresent());
            LocalPeer donor = cluster.donorOf(joiner).orElseThrow();
            LivePeers.awaitState(source, donor.name(), "last resort");
            assertIdle(load, donor);
            LocalPeer last = cluster.others(joiner, donor).get(0);
            PeerControl control = source.unwrap(PeerControl.class);
            control.drain(last.name());
            long served = load.served(donor.port());
            load.awaitMore(300);
            assertThat(load.served(donor.port())).as("the donor serves alone").isGreaterThan(served + 200);
            control.resume(last.name());
            LivePeers.awaitState(source, last.name(), "up");
            assertThat(load.failures()).as("since %s was stopped", joiner).hasSize(onTheWire);

            cluster.releaseTransfers();
            joining.get();
            cluster.rejoin(joiner);
            LivePeers.awaitState(source, donor.name(), "up");
            LivePeers.awaitState(source, joiner.name(), "up");
            load.awaitShare(donor.port(), THIRD);
        }
        cluster.awaitComplete(cluster.peers());
        rows.assertKept("a Galera node feeds another under 8 writers", cluster.peers());
    }

    @Test
    void aNodeThatRejectsQueriesIsLeftOut() throws Exception {
        rejecting("ALL");
    }

    /** It ends the connections as well. */
    @Test
    void aNodeThatRejectsQueriesAndKillsCostsWhatWasOnIt() throws Exception {
        rejecting("ALL_KILL");
    }

    private void rejecting(String how) throws Exception {
        LocalPeer peer = cluster.peer(2);
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            load.awaitShare(peer.port(), THIRD);
            peer.execute("SET GLOBAL wsrep_reject_queries = " + how);
            try {
                LivePeers.awaitState(source, peer.name(), "down");
                assertIdle(load, peer);
                System.out.println("wsrep_reject_queries = " + how + " on one of three under 8 writers: "
                        + load.failures().size() + " failed");
                Patience.await(
                        "the reason to be told",
                        () -> String.valueOf(
                                        LivePeers.status(source, peer.name()).cause())
                                .contains("wsrep_reject_queries is " + how));
            } finally {
                peer.execute("SET GLOBAL wsrep_reject_queries = NONE");
            }
            LivePeers.awaitState(source, peer.name(), "up");
            load.awaitShare(peer.port(), THIRD);
            assertThat(load.failures())
                    .as("one of each writer, on the one that rejects")
                    .hasSizeLessThanOrEqualTo(THREADS)
                    .allSatisfy(failure -> assertThat(failure.dealtTo()).isEqualTo(peer.port()));
        }
        rows.assertKept("wsrep_reject_queries = " + how, cluster.peers());
    }

    /** Error 1213, at COMMIT or before: two nodes wrote the same row, and the other was first. */
    @Test
    void aCertificationConflictSaysNothingOfPeerOrConnection() throws Exception {
        cluster.execute("INSERT INTO shop.own VALUES (1)");
        for (LocalPeer peer : cluster.peers()) {
            Patience.await(
                    "the row on " + peer,
                    () -> peer.execute("SELECT id FROM shop.own").equals("1"));
        }
        int conflicts = 0;
        for (int round = 0; round < 20; round++) {
            try (Connection loser = source.getConnection();
                    Statement statement = loser.createStatement()) {
                LocalPeer dealt = ClusterPools.dealtTo(cluster, loser);
                long session = session(statement);
                loser.setAutoCommit(false);
                statement.executeUpdate("UPDATE own SET id = id + 1");
                cluster.others(dealt).get(0).execute("UPDATE shop.own SET id = id + 1");
                try {
                    loser.commit();
                } catch (SQLException e) {
                    assertThat(e.getErrorCode()).as(e.toString()).isEqualTo(1213);
                    assertThat(e.getSQLState()).isEqualTo("40001");
                    conflicts++;
                    loser.rollback();
                }
                statement.executeUpdate("UPDATE own SET id = id + 0");
                loser.commit();
                assertThat(session(statement)).as("the same connection").isEqualTo(session);
            }
        }
        System.out.println(conflicts + " of 20 transactions lost a certification conflict at COMMIT");
        assertThat(conflicts).isPositive();
        assertThat(source.peers()).allSatisfy(peer -> assertThat(peer.state()).isEqualTo("up"));
        assertThat(container.created()).as("connections the container made").isEqualTo(12);
        assertThat(log.with("PEERAGE-010")).isEmpty();
        assertThat(log.with("PEERAGE-013")).as("suspicions").isEmpty();
    }

    private static long session(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
