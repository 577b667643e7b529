/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import io.peerage.local.ReplicationGroup;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * MySQL's Group Replication with one primary under eight writers: it serves, and no write meets a secondary; whichever
 * way the primary goes, the pool follows by itself, and no row that was acknowledged is lost.
 */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(300)
@Tag("timed")
class SinglePrimaryGroupIT {

    private static final int THREADS = 8;

    /** The group takes ten to twenty seconds to expel a member that died and elect another. */
    private static final Duration ELECTION = Duration.ofSeconds(60);

    @AutoClose
    private static ReplicationGroup group;

    @AutoClose
    private final LifoContainer container = new LifoContainer(12);

    private final String name = "pool-" + UUID.randomUUID();

    private PeerManagedConnectionFactory factory;
    private PeerDataSource source;
    private OwnRows rows;
    private LocalPeer primary;

    @BeforeAll
    static void startGroup() throws Exception {
        group = ReplicationGroup.start(ReplicationGroup.Mode.SINGLE_PRIMARY, 3);
    }

    @BeforeEach
    void fill() throws Exception {
        group.mend();
        primary = group.primary();
        OwnRows.prepare(primary);
        ClusterPools.awaitTable(group);
        factory = ClusterPools.factory(group);
        factory.setGroupName(name);
        source = container.fill(factory, 12).dataSource(factory);
        rows = new OwnRows(container, factory, true);
    }

    private void assertOnlyServes(PacedLoad load, LocalPeer one) throws Exception {
        for (LocalPeer other : group.others(one)) {
            LivePeers.awaitState(source, other.name(), "down");
        }
        List<Long> before =
                group.others(one).stream().map(peer -> load.served(peer.port())).toList();
        int failed = load.failures().size();
        load.awaitMore(500);
        assertThat(group.others(one).stream().map(peer -> load.served(peer.port())))
                .as("units that secondaries served")
                .isEqualTo(before);
        assertThat(load.failures()).hasSize(failed);
    }

    @Test
    void thePrimaryServesAndNoWriteMeetsASecondary() throws Exception {
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            assertOnlyServes(load, primary);
            assertThat(load.errors()).isEmpty();
            assertThat(group.others(primary).stream().map(peer -> load.served(peer.port())))
                    .as("units of the secondaries")
                    .containsOnly(0L);
        }
        for (LocalPeer secondary : group.others(primary)) {
            assertThat(LivePeers.status(source, secondary.name()).cause()).contains("read_only");
        }
        rows.assertKept("one primary under 8 writers", List.of(primary));
    }

    /** The old one ends transactions that write, and turns read-only. */
    @Test
    void thePoolFollowsAPrimaryThatIsMovedInOrder() throws Exception {
        LocalPeer next = group.others(primary).get(0);
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            load.awaitMore(500);
            long began = System.nanoTime();
            group.setPrimary(next);
            long after = Patience.await("the new primary to serve", ELECTION, () -> load.served(next.port()) > 0);
            load.awaitEveryThread();
            System.out.println("a primary moved in order under 8 writers: the next serves "
                    + after + " ms after, worst unit " + load.worstMillis() + " ms, "
                    + load.failures().size()
                    + " failed, all "
                    + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
            assertOnlyServes(load, next);
            assertThat(load.failures()).as("at most one of each writer").hasSizeLessThanOrEqualTo(THREADS);
        }
        group.awaitComplete(group.peers());
        awaitSame();
        rows.assertKept("a primary moved in order under 8 writers", group.peers());
    }

    @Test
    void thePoolFollowsWhenThePrimaryIsKilled() throws Exception {
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            load.awaitMore(500);
            primary.kill();
            long recovered = Patience.await(
                    "another primary to serve",
                    ELECTION,
                    () -> group.others(primary).stream().anyMatch(peer -> load.served(peer.port()) > 0));
            LocalPeer next = group.primary();
            System.out.println("a primary killed under 8 writers: the next serves " + recovered
                    + " ms after, worst unit " + load.worstMillis() + " ms");
            assertThat(load.worstMillis())
                    .as("AcquireTimeoutMillis and a connect")
                    .isLessThan(factory.getAcquireTimeoutMillis() + factory.getConnectTimeoutMillis() + 1_000L);
            group.rejoin(primary);
            assertOnlyServes(load, next);
        }
        group.awaitComplete(group.peers());
        awaitSame();
        rows.assertKept("a primary killed under 8 writers", group.peers());
    }

    /** What the primary takes then hangs: it can have no majority agree. It must not hang the applications. */
    @Test
    void aPrimaryWithoutAMajorityHangsNobodyAndServesWhenItIsBack() throws Exception {
        try (PacedLoad load = PacedLoad.startEach(THREADS, rows::of)) {
            load.awaitMore(500);
            load.clearWorst();
            group.others(primary).forEach(LocalPeer::freeze);
            try {
                long noticed = Patience.await("the primary to be left out", ELECTION, () -> !serves(primary));
                load.awaitEveryThread();
                System.out.println("a primary whose majority is frozen under 8 writers is left out after " + noticed
                        + " ms, worst unit " + load.worstMillis() + " ms, failed "
                        + load.failures().size());
                assertThat(load.worstMillis())
                        .as("ms: the group notices after five seconds; checks, HungAfterMillis and AcquireTimeoutMillis"
                                + " come on top")
                        .isLessThan(20_000);
            } finally {
                group.others(primary).forEach(LocalPeer::thaw);
            }
            long back = Patience.await("the primary to be up", ELECTION, () -> serves(primary));
            load.awaitMore(500);
            System.out.println("it serves " + back + " ms after they are back");
        }
        group.awaitComplete(group.peers());
        awaitSame();
        rows.assertKept("the majority frozen under 8 writers", group.peers());
    }

    private boolean serves(LocalPeer peer) throws Exception {
        return LivePeers.status(source, peer.name()).state().equals("up");
    }

    /** The secondaries apply what the primary committed, soon. */
    private static void awaitSame() throws Exception {
        String count = "SELECT COUNT(*) FROM shop.own";
        for (LocalPeer peer : group.peers()) {
            Patience.await(
                    peer + " to have applied all",
                    () -> peer.execute(count).equals(group.primary().execute(count)));
        }
    }
}
