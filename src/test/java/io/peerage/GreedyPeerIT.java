/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One peer of three that lives, and on which writes wait: how much of a pool it holds under eight threads that write,
 * and what bounds that.
 */
@Timeout(120)
class GreedyPeerIT {

    private static final int THREADS = 8;

    @AutoClose
    private static LivePeers live;

    private final String group = "pool-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(group);

    @AutoClose
    private LifoContainer container = new LifoContainer(12);

    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
    }

    @BeforeEach
    void configure() {
        Units.prepare(live.peers);
        factory = live.factory();
        factory.setGroupName(group);
        factory.setHungAfterMillis(500);
    }

    private static int insert(PeerDataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO written () VALUES ()");
            try (ResultSet row = statement.executeQuery("SELECT @@port")) {
                assertThat(row.next()).isTrue();
                return row.getInt(1);
            }
        }
    }

    /** Returns how many of the pool's connections wait there for leave to write. */
    private static int held(LocalPeer peer) {
        return Integer.parseInt(peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = '"
                + LocalPeer.USER + "' AND command = 'Query' AND time_ms > 250"));
    }

    /**
     * At the most the connections that it owns, its share of the pool: where there are more of those than threads, all
     * threads come to it in turn. A selection that looks at what runs leaves it those few that came first.
     */
    @ParameterizedTest
    @CsvSource({
        "random, 12, 4, 4",
        "random, 8, 2, 3",
        "random, 24, 8, 8",
        "round-robin, 12, 4, 4",
        "fastest, 12, 1, 4",
        "least-connections, 12, 1, 4",
        "least-connections, 24, 1, 4"
    })
    void whatAPeerHoldsOnWhichWritesWait(String selection, int pool, int atLeast, int atMost) throws Exception {
        container = new LifoContainer(pool);
        factory.setSelection(selection);
        PeerDataSource source = container.fill(factory, pool).dataSource(factory);
        LocalPeer greedy = live.peer(1);
        try (PacedLoad load = PacedLoad.start(THREADS, () -> insert(source))) {
            load.awaitMore(300);
            try (Observer lock = new Observer(greedy)) {
                lock.run("FLUSH TABLES WITH READ LOCK");
                Patience.await("threads to wait there", () -> held(greedy) >= atLeast);
                if (atMost < THREADS) {
                    load.awaitMore(3_000);
                }
                int held = held(greedy);
                System.out.println(
                        "greedy | " + selection + " | pool of " + pool + " | " + held + " of " + THREADS + " threads");
                assertThat(held).isBetween(atLeast, atMost);
                assertThat(LivePeers.status(source, "peer1").state()).isEqualTo("up");
            }
            load.awaitEveryThread();
            load.awaitMore(300);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(log.with("PEERAGE-010")).isEmpty();
    }

    /** Each of them ends the wait with an error, and the threads go on; the peer is not blamed for the second. */
    @ParameterizedTest
    @CsvSource({"SocketTimeoutMillis", "lock_wait_timeout"})
    void whatBoundsTheWait(String bound) throws Exception {
        if (bound.equals("SocketTimeoutMillis")) {
            factory.setSocketTimeoutMillis(1_000);
        } else {
            factory.setConnectionProperties("sessionVariables=lock_wait_timeout=1");
        }
        PeerDataSource source = container.fill(factory, 12).dataSource(factory);
        LocalPeer greedy = live.peer(1);
        try (PacedLoad load = PacedLoad.start(THREADS, () -> insert(source));
                Observer lock = new Observer(greedy)) {
            load.awaitMore(300);
            lock.run("FLUSH TABLES WITH READ LOCK");
            Patience.await("some to fail", () -> !load.failures().isEmpty());
            load.awaitEveryThread();
            load.awaitMore(100);
            System.out.println("greedy | " + bound + " | " + load.failures().size() + " failed, e.g. "
                    + load.errors().get(0));
        }
        assertThat(log.with("PEERAGE-010")).isEmpty();
    }

    /** A server whose disk is full says so at once (1114): its share of the writes fails, and reads go on. */
    @Test
    void aPeerWithoutRoomFailsItsShareOfTheWrites() throws Exception {
        try (LocalPeer full = LocalPeer.start(
                "full", "--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:24M")) {
            full.execute("CREATE TABLE shop.written (id INT AUTO_INCREMENT PRIMARY KEY, v LONGBLOB) ENGINE = InnoDB");
            live.peer(2).execute("ALTER TABLE shop.written ADD v LONGBLOB");
            factory.setPeers("full@" + full.address() + ",other@" + live.peer(2).address());
            PeerDataSource source = container.fill(factory, 4).dataSource(factory);
            int failed = 0;
            for (int i = 0; i < 100; i++) {
                try (Connection connection = source.getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.executeUpdate("INSERT INTO written (v) VALUES (REPEAT('x', 1000000))");
                } catch (SQLException e) {
                    failed++;
                    assertThat(e.getErrorCode()).isEqualTo(1114);
                }
            }
            System.out.println("greedy | full | " + failed + " of 100 inserts failed");
            assertThat(failed).isBetween(20, 60);
            assertThat(LivePeers.status(source, "full").state()).isEqualTo("up");
            assertThat(log.with("PEERAGE-010")).isEmpty();
            assertThat(log.with("PEERAGE-013")).isEmpty();
        }
    }
}
