/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.javase;

import static java.sql.Connection.TRANSACTION_READ_COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.peerage.PeerControl;
import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;
import io.peerage.local.LocalFleet;
import io.peerage.local.LocalPeer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions under HikariCP as applications set them, and with connections that HikariCP asks before each use. */
@Timeout(120)
class HikariSessionIT {

    /** How long HikariCP takes a connection for alive that was in use: not at all, so that none has to be idle for long. */
    private static final String BYPASS = "com.zaxxer.hikari.aliveBypassWindowMs";

    private static LocalFleet fleet;

    private PeerDataSource peers;

    private enum Setting {
        ISOLATION,
        READ_ONLY,
        CATALOG,
        NOTHING;

        void tell(HikariConfig config) {
            switch (this) {
                case ISOLATION -> config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
                case READ_ONLY -> config.setReadOnly(true);
                case CATALOG -> config.setCatalog("other");
                case NOTHING -> {}
            }
        }
    }

    @BeforeAll
    static void startPeers() {
        fleet = LocalFleet.start(2);
        fleet.execute("CREATE DATABASE other");
        fleet.execute("GRANT ALL PRIVILEGES ON other.* TO 'app'@'127.0.0.1'");
        fleet.execute("CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        fleet.execute("CREATE TABLE other.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        System.setProperty(BYPASS, "0");
    }

    @AfterAll
    static void stopPeers() {
        System.clearProperty(BYPASS);
        fleet.close();
    }

    @BeforeEach
    void configure() {
        PeerManagedConnectionFactory settings =
                DataSources.settings(fleet.setting(), LocalPeer.DATABASE, LocalPeer.USER, LocalPeer.PASSWORD);
        settings.setCheckIntervalSeconds(3_600);
        settings.setRebalancePerSecond(0);
        peers = DataSources.plain(settings);
    }

    private HikariDataSource open(int size, Consumer<HikariConfig> further) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(peers);
        config.setMaximumPoolSize(size);
        further.accept(config);
        return new HikariDataSource(config);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void tenBorrowsWithAutoCommitOffOpenNoConnection(Setting setting) throws Exception {
        try (HikariDataSource pool = open(1, config -> {
            config.setAutoCommit(false);
            setting.tell(config);
        })) {
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
            }
            long before = fleet.status("Connections");
            long logins = fleet.status("Connections") - before;
            for (int i = 0; i < 10; i++) {
                try (Connection connection = pool.getConnection()) {
                    read(connection, "SELECT COUNT(*) FROM t");
                    if (setting == Setting.ISOLATION) {
                        assertThat(connection.getTransactionIsolation()).isEqualTo(TRANSACTION_READ_COMMITTED);
                    }
                    if (setting == Setting.CATALOG) {
                        assertThat(read(connection, "SELECT DATABASE()")).isEqualTo("other");
                    }
                    connection.commit();
                }
            }
            // each look at the servers is a login of its own
            assertThat(fleet.status("Connections") - before).isEqualTo(2 * logins);
        }
    }

    @Test
    void clearingWarningsInTheMiddleKeepsTheSession() throws Exception {
        try (HikariDataSource pool = open(2, config -> {})) {
            for (int i = 0; i < 10; i++) {
                try (Connection connection = pool.getConnection()) {
                    run(connection, "INSERT INTO t (v) VALUES (1)");
                    String inserted = read(connection, "SELECT CONCAT(@@port, '/', LAST_INSERT_ID())");
                    connection.clearWarnings();
                    assertThat(read(connection, "SELECT CONCAT(@@port, '/', LAST_INSERT_ID())"))
                            .isEqualTo(inserted);
                    run(connection, "SET @x = 5");
                    connection.clearWarnings();
                    assertThat(read(connection, "SELECT @x")).isEqualTo("5");
                }
                try (Connection next = pool.getConnection()) {
                    assertThat(read(next, "SELECT @x")).isEqualTo("null");
                }
            }
        }
    }

    /** Left open by many a framework that looks at tables: it pinned each later unit to its peer, and blocked a drain. */
    @Test
    void aResultSetOfTheMetaDataThatIsLeftOpenPinsNothing() throws Exception {
        try (HikariDataSource pool = open(4, config -> {})) {
            List<ResultSet> left = new ArrayList<>();
            Set<String> ports = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                try (Connection connection = pool.getConnection()) {
                    left.add(connection.getMetaData().getTables(null, null, "%", null));
                    ports.add(read(connection, "SELECT @@port"));
                }
            }
            assertThat(left).hasSize(40);
            assertThat(ports).hasSize(2);
            PeerControl control = peers.unwrap(PeerControl.class);
            control.drain("peer1");
            for (int i = 0; i < 8; i++) {
                try (Connection connection = pool.getConnection()) {
                    assertThat(read(connection, "SELECT @@port"))
                            .isEqualTo(Integer.toString(fleet.peer(2).port()));
                }
            }
            assertThat(control.awaitNoConnections("peer1", Duration.ofSeconds(30)))
                    .isTrue();
        }
    }

    /** A statement that failed leaves it open whether a transaction has begun: that is asked, and pins nothing either. */
    @Test
    void aStatementThatFailedLastPinsNothing() throws Exception {
        try (HikariDataSource pool = open(1, config -> {})) {
            Set<String> ports = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                try (Connection connection = pool.getConnection()) {
                    ports.add(read(connection, "SELECT @@port"));
                    try {
                        run(connection, "INSERT INTO t (id) SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT id FROM t");
                    } catch (SQLException expected) {
                        assertThat(expected.getErrorCode()).isEqualTo(1062);
                    }
                }
            }
            assertThat(ports).as("the peers that one connection served").isNotEmpty();
            assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(1);
        }
    }

    /** HikariCP knows nothing of it, and would hand it to the next user. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "START TRANSACTION; INSERT INTO t (v) VALUES (7)",
                "SET autocommit = 0; INSERT INTO t (v) VALUES (7)",
                "SET @x = 1; START TRANSACTION; USE other; INSERT INTO t (v) VALUES (7)"
            })
    void aTransactionBegunByTextDoesNotReachTheNextUser(String text) throws Exception {
        fleet.execute("DELETE FROM shop.t WHERE v IN (7, 8)");
        try (HikariDataSource pool = open(1, config -> {})) {
            try (Connection connection = pool.getConnection()) {
                for (String sql : text.split(";", -1)) {
                    run(connection, sql);
                }
            }
            try (Connection next = pool.getConnection()) {
                assertThat(next.getAutoCommit()).isTrue();
                assertThat(read(next, "SELECT DATABASE()")).isEqualTo("shop");
                assertThat(read(next, "SELECT @x")).isEqualTo("null");
                run(next, "INSERT INTO t (v) VALUES (8)");
            }
            long written = 0;
            for (LocalPeer peer : fleet.peers()) {
                assertThat(peer.execute("SELECT COUNT(*) FROM shop.t WHERE v = 7"))
                        .isEqualTo("0");
                written += Long.parseLong(peer.execute("SELECT COUNT(*) FROM shop.t WHERE v = 8"));
            }
            assertThat(written).isEqualTo(1);
        }
    }

    @Test
    void textThatSwitchesAutoCommitOnDisturbsNobody() throws Exception {
        fleet.execute("DELETE FROM shop.t WHERE v IN (7, 8)");
        try (HikariDataSource pool = open(1, config -> config.setAutoCommit(false))) {
            try (Connection connection = pool.getConnection()) {
                run(connection, "SET autocommit = 1");
                run(connection, "INSERT INTO t (v) VALUES (7)");
            }
            try (Connection next = pool.getConnection()) {
                assertThat(next.getAutoCommit()).isFalse();
                run(next, "INSERT INTO t (v) VALUES (8)");
                next.rollback();
            }
            for (LocalPeer peer : fleet.peers()) {
                assertThat(peer.execute("SELECT COUNT(*) FROM shop.t WHERE v = 8"))
                        .isEqualTo("0");
            }
        }
    }

    /** Libraries that log or measure wrap the connection between a pool and its source. */
    @Test
    void aProxyBetweenHikariAndPeerageHidesNothing() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(wrapped(DataSource.class, peers));
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            for (int i = 0; i < 10; i++) {
                try (Connection connection = pool.getConnection()) {
                    assertThat(read(connection, "SELECT @x")).isEqualTo("null");
                    run(connection, "SET @x = 1");
                    connection.clearWarnings();
                    assertThat(read(connection, "SELECT @x")).isEqualTo("1");
                }
            }
        }
    }

    private static <T> T wrapped(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                HikariSessionIT.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(target, arguments);
                        return result instanceof Connection ? wrapped(Connection.class, result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                }));
    }
}
