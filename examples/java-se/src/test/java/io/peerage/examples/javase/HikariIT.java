/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.javase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.peerage.PeerControl;
import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;
import io.peerage.PeerStatus;
import io.peerage.local.LocalFleet;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Peerage promises holds under HikariCP, which keeps each connection for half an hour. */
@Timeout(180)
class HikariIT {

    private static final double THIRD = 1 / 3.0;
    private static final int SIZE = 6;

    @AutoClose
    private static LocalFleet fleet;

    private PeerDataSource peers;
    private HikariDataSource pool;

    @BeforeAll
    static void startPeers() {
        fleet = LocalFleet.start(3);
    }

    @BeforeEach
    void open() {
        fleet.mend();
        PeerManagedConnectionFactory settings = settings();
        settings.setCheckIntervalSeconds(1);
        settings.setRebalancePerSecond(10);
        use(DataSources.plain(settings));
    }

    private static PeerManagedConnectionFactory settings() {
        return DataSources.settings(fleet.setting(), LocalPeer.DATABASE, LocalPeer.USER, LocalPeer.PASSWORD);
    }

    private void use(PeerDataSource source) {
        peers = source;
        pool = DataSources.pooled(source, SIZE);
    }

    /** The servers count no connection of ours after the pool is closed. */
    @AfterEach
    void close() throws Exception {
        pool.close();
        fleet.mend();
        Patience.await("no connection to be left", () -> fleet.connections() == 0);
    }

    @Test
    void oneThreadsQueriesAreSharedEqually() throws Exception {
        awaitFull();
        Map<String, Integer> shares = fleet.shares(pool, 3_000);
        System.out.println("shares of 3,000 autocommit queries from one thread under HikariCP: " + shares);
        assertEqual(shares, 3_000);
        assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isLessThanOrEqualTo(SIZE);
    }

    /** As Spring does it: auto-commit off, statements, commit, auto-commit on, close. */
    @Test
    void transactionsAreSharedEquallyAndEachStaysOnItsPeer() throws Exception {
        awaitFull();
        fleet.execute("CREATE OR REPLACE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < 3_000; i++) {
            shares.merge(fleet.name(transaction(i % 3 == 0)), 1, Integer::sum);
        }
        System.out.println("shares of 3,000 transactions from one thread under HikariCP: " + shares);
        assertEqual(shares, 3_000);
        assertThat(rows()).isEqualTo(2_000);
    }

    private int transaction(boolean rollback) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            int port = LocalFleet.ask(connection);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO t (v) VALUES (1)");
            }
            assertThat(LocalFleet.ask(connection)).isEqualTo(port);
            if (rollback) {
                connection.rollback();
            } else {
                connection.commit();
            }
            connection.setAutoCommit(true);
            return port;
        }
    }

    private static long rows() {
        return fleet.peers().stream()
                .mapToLong(peer -> Long.parseLong(peer.execute("SELECT COUNT(*) FROM shop.t")))
                .sum();
    }

    /** The pool sets these once on each of its connections, and then takes them for granted. */
    @Test
    void whatThePoolSetsOnItsConnectionsHoldsOnEveryPeer() throws Exception {
        pool.close();
        fleet.execute("CREATE OR REPLACE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        pool = new HikariDataSource();
        pool.setDataSource(peers);
        pool.setMaximumPoolSize(SIZE);
        pool.setAutoCommit(false);
        pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        pool.getConnection().close();
        awaitFull();
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < 900; i++) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(connection.getAutoCommit()).isFalse();
                try (var row = statement.executeQuery("SELECT @@tx_isolation")) {
                    row.next();
                    assertThat(row.getString(1)).isEqualTo("READ-COMMITTED");
                }
                shares.merge(fleet.name(LocalFleet.ask(connection)), 1, Integer::sum);
                // Neither committed nor rolled back: the pool rolls back.
                statement.executeUpdate("INSERT INTO t (v) VALUES (1)");
            }
        }
        // 4.5 standard deviations of a third of 900 draws
        assertThat(shares).hasSize(3);
        assertThat(shares.values()).allSatisfy(count -> assertThat(count).isBetween(236, 364));
        assertThat(rows()).isZero();
    }

    @Test
    void aBorrowersSettingsAreNotThoseOfTheNext() throws SQLException {
        for (int i = 0; i < 60; i++) {
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.isReadOnly()).isFalse();
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
                assertThat(connection.getAutoCommit()).isTrue();
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                connection.setAutoCommit(false);
                LocalFleet.ask(connection);
            }
        }
    }

    /** HikariCP throws a connection away for any SQLState of class 08, and the transaction with it. */
    @Test
    void whatComesTooLateForAStatementCostsNoTransaction() throws Exception {
        fleet.execute("CREATE OR REPLACE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.executeUpdate("INSERT INTO t (v) VALUES (1)");
            ResultSet row = statement.executeQuery("SELECT 1");
            row.close();
            assertThatThrownBy(row::next).isInstanceOf(SQLException.class);
            statement.close();
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).isInstanceOf(SQLException.class);
            assertThatCode(statement::cancel).doesNotThrowAnyException();
            connection.commit();
            connection.setAutoCommit(true);
        }
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aKilledPeerCostsWhatWasOnTheWireAndServesItsThirdAgainAfterItsReturn() throws Exception {
        LocalPeer peer = fleet.peer(2);
        try (PacedLoad load = PacedLoad.start(8, () -> LocalFleet.ask(pool))) {
            load.awaitShare(peer.port(), THIRD);
            peer.kill();
            load.awaitMore(500);
            int onTheWire = load.errors().size();
            System.out.println("errors under HikariCP when one of three peers is killed under 8 threads: " + onTheWire
                    + ", slowest unit of work " + load.worstMillis() + " ms");
            assertThat(onTheWire).as("only what was on the wire").isLessThanOrEqualTo(SIZE);
            peer.restart();
            load.awaitShare(peer.port(), THIRD);
            assertThat(load.errors()).as("none after that").hasSize(onTheWire);
        }
    }

    /** Longer idle than HikariCP trusts a connection: it asks each whether it is valid. */
    @Test
    void allPeersRestartUnderAnIdlePoolAndNobodyNotices() throws Exception {
        fleet.shares(pool, 30);
        for (LocalPeer peer : fleet.peers()) {
            peer.restart();
        }
        assertThat(fleet.shares(pool, 30)).isNotEmpty();
    }

    @Test
    void drainingAPeerCostsNoErrorAndEmptiesIt() throws Exception {
        PeerControl control = peers.unwrap(PeerControl.class);
        LocalPeer peer = fleet.peer(1);
        try (PacedLoad load = PacedLoad.start(8, () -> LocalFleet.ask(pool))) {
            load.awaitShare(peer.port(), THIRD);
            control.drain("peer1");
            long units = units("peer1");
            assertThat(control.awaitNoConnections("peer1", Duration.ofSeconds(10)))
                    .as("all connections have left")
                    .isTrue();
            load.awaitMore(500);
            assertThat(units("peer1")).as("units of work begun since").isEqualTo(units);
            peer.stop();
            peer.restart();
            control.resume("peer1");
            load.awaitShare(peer.port(), THIRD);
            assertThat(load.errors()).isEmpty();
        }
    }

    /** A pool that was filled and never used does not hold up maintenance either. */
    @Test
    void drainingAPeerEmptiesItThoughNobodyBorrows() throws Exception {
        awaitFull();
        PeerControl control = peers.unwrap(PeerControl.class);
        control.drain("peer3");
        assertThat(control.awaitNoConnections("peer3", Duration.ofSeconds(10))).isTrue();
    }

    /** HikariCP opens its connections one after the other, and until then there is little to share with. */
    private void awaitFull() throws Exception {
        Patience.await("the pool to be full", () -> pool.getHikariPoolMXBean().getTotalConnections() == SIZE);
    }

    private long units(String name) throws SQLException {
        return peers.peers().stream()
                .filter(status -> status.name().equals(name))
                .mapToLong(PeerStatus::units)
                .sum();
    }

    private static void assertEqual(Map<String, Integer> shares, int all) {
        assertThat(shares).hasSize(3);
        assertThat(shares.values())
                .allSatisfy(count -> assertThat(count / (double) all).isBetween(THIRD - 0.03, THIRD + 0.03));
    }
}
