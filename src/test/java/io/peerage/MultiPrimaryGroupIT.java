/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import io.peerage.local.ReplicationGroup;
import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * MySQL's Group Replication with three primaries under eight writers, with auto-commit, local and XA transactions: all
 * serve, and a member that goes costs what was on the wire to it, and no row that was acknowledged.
 */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(300)
class MultiPrimaryGroupIT {

    private static final int THREADS = 8;
    private static final double THIRD = 1 / 3.0;

    @AutoClose
    private static ReplicationGroup group;

    private final String name = "pool-" + UUID.randomUUID();

    @AutoClose
    private final LifoContainer container = new LifoContainer(12);

    private PeerManagedConnectionFactory factory;
    private PeerDataSource source;
    private OwnRows rows;

    @BeforeAll
    static void startGroup() throws Exception {
        group = ReplicationGroup.start(ReplicationGroup.Mode.MULTI_PRIMARY, 3);
        group.execute("GRANT XA_RECOVER_ADMIN ON *.* TO '" + LocalPeer.USER + "'@'127.0.0.1'");
    }

    @BeforeEach
    void fill() throws Exception {
        group.mend();
        OwnRows.prepare(group.peer(1));
        factory = ClusterPools.factory(group);
        factory.setGroupName(name);
        source = container.fill(factory, 12).dataSource(factory);
        rows = new OwnRows(container, factory, true);
        ClusterPools.awaitTable(group);
    }

    @Test
    void stoppingEachMemberInTurnLosesNoAcknowledgedRow() throws Exception {
        eachInTurn("each of three primaries stopped in order under 8 writers", LocalPeer::stop);
    }

    @Test
    void killingEachMemberInTurnLosesNoAcknowledgedRow() throws Exception {
        eachInTurn("each of three primaries killed under 8 writers", LocalPeer::kill);
    }

    private void eachInTurn(String what, Consumer<LocalPeer> end) throws Exception {
        ClusterPools.endEachInTurn(what, group, source, rows, THREADS, end);
        assertThat(group.peers())
                .allSatisfy(peer -> assertThat(peer.execute("XA RECOVER"))
                        .as("branches left on %s", peer)
                        .isEmpty());
    }

    /** It feeds itself from another member meanwhile, and takes no writes. */
    @Test
    void aMemberThatRecoversServesOnlyThen() throws Exception {
        LocalPeer peer = group.peer(2);
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            peer.stop();
            LivePeers.awaitState(source, peer.name(), "down");
            peer.restart();
            group.rejoinHeld(peer);
            int failed = load.failures().size();
            long served = load.served(peer.port());
            load.awaitMore(1_000);
            assertThat(load.served(peer.port())).as("while it recovers").isEqualTo(served);
            assertThat(load.failures()).as("while it recovers").hasSize(failed);
            assertThat(LivePeers.status(source, peer.name()).cause()).contains("read_only");
            load.slow();
            group.releaseRecovery(peer);
            group.rejoin(peer);
            load.quick();
            LivePeers.awaitState(source, peer.name(), "up");
            load.awaitShare(peer.port(), THIRD);
            assertThat(load.failures()).as("since it was stopped").hasSize(failed);
        }
        group.awaitComplete(group.peers());
        rows.assertKept("a primary recovers under 8 writers", group.peers());
    }

    /** What was prepared is on all members; it is completed once, and never contradicted. */
    @Test
    void aBranchPreparedOnAMemberThatIsKilledIsCompletedOnce() throws Exception {
        LocalPeer peer;
        String commit = "committed at once";
        try (GlobalTransaction transaction = GlobalTransaction.begin(container, factory)) {
            try (Connection connection = transaction.connection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO own VALUES (7)");
                peer = ClusterPools.dealtTo(group, connection);
            }
            transaction.prepare();
            peer.kill();
            try {
                transaction.commitPrepared();
            } catch (XAException e) {
                assertThat(e.errorCode).as(e.toString()).isIn(XAException.XAER_RMFAIL, XAException.XA_RETRY);
                commit = e.toString();
            }
        }
        System.out.println("the commit of a branch whose member was killed: " + commit);
        group.rejoin(peer);
        group.awaitComplete(group.peers());
        LivePeers.awaitState(source, peer.name(), "up");
        try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(factory)) {
            for (Xid found : recovery.list()) {
                recovery.finish(found, true);
            }
        }
        for (LocalPeer one : group.peers()) {
            Patience.await(
                    "the row on " + one,
                    () -> one.execute("SELECT id FROM shop.own").equals("7"));
            Patience.await(
                    "no branch left on " + one, () -> one.execute("XA RECOVER").isEmpty());
        }
    }
}
