/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A pool of one connection, so that the next user is on the same session, and what the tests ask of its server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class SessionTextCase {

    static final String OTHER = "other";

    @AutoClose
    Observer observer;

    PeerManagedConnectionFactory factory;
    LifoContainer pool;

    /** The running server. */
    final LocalPeer peer;
    /** The value of {@code Driver}. */
    final String driver;
    /** The value of {@code ConnectionProperties}. */
    final String properties;

    SessionTextCase(LocalPeer peer, String driver, String properties) {
        this.peer = peer;
        this.driver = driver;
        this.properties = properties;
    }

    @FunctionalInterface
    interface Use {
        void of(Connection connection) throws SQLException;
    }

    @BeforeAll
    void prepare() throws SQLException {
        observer = new Observer(peer);
        observer.run(
                "DROP DATABASE IF EXISTS other",
                "CREATE DATABASE other",
                "GRANT ALL PRIVILEGES ON other.* TO 'app'@'127.0.0.1'");
        for (String database : List.of(LocalPeer.DATABASE, OTHER)) {
            observer.run(
                    "DROP TABLE IF EXISTS " + database + ".t",
                    "CREATE TABLE " + database + ".t (id INT PRIMARY KEY) ENGINE = InnoDB");
        }
        procedure("fails", "START TRANSACTION; INSERT INTO shop.t VALUES (1); SIGNAL SQLSTATE '45000'");
        procedure("leaves_open", "START TRANSACTION; INSERT INTO shop.t VALUES (1)");
        procedure("switches_off", "SET autocommit = 0; INSERT INTO shop.t VALUES (1); SIGNAL SQLSTATE '45000'");
        procedure("sets", "SET @x = 7; SELECT 1; SELECT 2");
        procedure("begins_anew", "SET autocommit = 1; START TRANSACTION; INSERT INTO shop.t VALUES (1)");
        procedure("locks", "DO GET_LOCK('mine', 0)");
    }

    private void procedure(String name, String body) throws SQLException {
        observer.run(
                "DROP PROCEDURE IF EXISTS shop." + name,
                "CREATE DEFINER = 'app'@'127.0.0.1' PROCEDURE shop." + name + "() BEGIN " + body + "; END");
    }

    @BeforeEach
    void makePool() {
        pool = new LifoContainer(1);
        factory = factory(LocalPeer.DATABASE);
    }

    PeerManagedConnectionFactory factory(String database) {
        PeerManagedConnectionFactory made = new PeerManagedConnectionFactory();
        made.setPeers("only@" + peer.address());
        made.setDriver(driver);
        made.setConnectionProperties(properties);
        made.setDatabaseName(database);
        made.setUserName(LocalPeer.USER);
        made.setPassword(LocalPeer.PASSWORD);
        made.setCheckIntervalSeconds(3_600);
        return made;
    }

    @AfterEach
    void end() throws SQLException {
        pool.close();
        LivePeers.stop(factory);
        observer.run(
                "SET GLOBAL autocommit = 1",
                "SET GLOBAL init_connect = ''",
                "DELETE FROM shop.t",
                "DELETE FROM other.t");
    }

    void use(Use use) throws SQLException {
        try (Connection connection = pool.dataSource(factory).getConnection()) {
            use.of(connection);
        }
    }

    static void run(Connection connection, String... sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    static void run(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection()) {
            run(connection, sql);
        }
    }

    static String read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.execute(sql) ? statement.getResultSet() : null) {
            return row != null && row.next() ? String.valueOf(row.getString(1)) : "nothing";
        }
    }

    String isolation(Connection connection) throws SQLException {
        return read(
                connection,
                "SELECT variable_value FROM "
                        + (observer.read("SELECT VERSION()").contains("Maria")
                                ? "information_schema"
                                : "performance_schema")
                        + ".session_variables WHERE variable_name IN ('tx_isolation', 'transaction_isolation') LIMIT 1");
    }

    String rows(String database) throws SQLException {
        return observer.read("SELECT COALESCE(GROUP_CONCAT(id ORDER BY id), 'none') FROM " + database + ".t");
    }

    /** A connection that is closed with its locks has them released as soon as its server has heard of it. */
    void awaitFreeLock() throws Exception {
        Patience.await(
                "the lock to be free",
                () -> observer.read("SELECT IS_FREE_LOCK('mine')").equals("1"));
    }

    /** The next user's row must last, and nothing of the first one's. */
    void nextUserInsertsAlone() throws Exception {
        use(next -> {
            assertThat(next.getAutoCommit()).isTrue();
            run(next, "INSERT INTO t VALUES (2)");
        });
        assertThat(rows("shop")).isEqualTo("2");
        // Not from innodb_trx: who reads that more often than each tenth of a second reads the same again and again.
        Patience.await(
                "no transaction to be open", () -> !observer.engineStatus().contains(", ACTIVE"));
    }
}
