/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.sql.Connection.TRANSACTION_READ_COMMITTED;
import static java.sql.Connection.TRANSACTION_REPEATABLE_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the session is what the server says: what a user did by SQL text is known as well as what he did through JDBC, and
 * nothing of it is left to the next one. A pool of one connection, so that the next user is on the same one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class SessionTextContract {

    private static final String OTHER = "other";

    private Observer observer;
    private PeerManagedConnectionFactory factory;
    private LifoContainer pool;

    /** Returns the running server. */
    abstract LocalPeer peer();

    /** Returns the value of {@code Driver}. */
    abstract String driver();

    /** Returns the value of {@code ConnectionProperties}. */
    abstract String properties();

    @FunctionalInterface
    interface Use {
        void of(Connection connection) throws SQLException;
    }

    @BeforeAll
    void prepare() throws SQLException {
        observer = new Observer(peer());
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

    @AfterAll
    void closeObserver() throws SQLException {
        observer.close();
    }

    private PeerManagedConnectionFactory factory(String database) {
        PeerManagedConnectionFactory made = new PeerManagedConnectionFactory();
        made.setPeers("only@" + peer().address());
        made.setDriver(driver());
        made.setConnectionProperties(properties());
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

    private void use(Use use) throws SQLException {
        try (Connection connection = pool.dataSource(factory).getConnection()) {
            use.of(connection);
        }
    }

    private static void run(Connection connection, String... sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    private static String read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.execute(sql) ? statement.getResultSet() : null) {
            return row != null && row.next() ? String.valueOf(row.getString(1)) : "nothing";
        }
    }

    private String isolation(Connection connection) throws SQLException {
        return read(
                connection,
                "SELECT variable_value FROM "
                        + (observer.read("SELECT VERSION()").contains("Maria")
                                ? "information_schema"
                                : "performance_schema")
                        + ".session_variables WHERE variable_name IN ('tx_isolation', 'transaction_isolation') LIMIT 1");
    }

    private String rows(String database) throws SQLException {
        return observer.read("SELECT COALESCE(GROUP_CONCAT(id ORDER BY id), 'none') FROM " + database + ".t");
    }

    /** A connection that is closed with its locks has them released as soon as its server has heard of it. */
    private void awaitFreeLock() throws Exception {
        Patience.await(
                "the lock to be free",
                () -> observer.read("SELECT IS_FREE_LOCK('mine')").equals("1"));
    }

    /** The next user's row must last, and nothing of the first one's. */
    private void nextUserInsertsAlone() throws Exception {
        use(next -> {
            assertThat(next.getAutoCommit()).isTrue();
            run(next, "INSERT INTO t VALUES (2)");
        });
        assertThat(rows("shop")).isEqualTo("2");
        // Not from innodb_trx: who reads that more often than each tenth of a second reads the same again and again.
        Patience.await(
                "no transaction to be open", () -> !observer.engineStatus().contains(", ACTIVE"));
    }

    // --- a server in which auto-commit is off

    @ParameterizedTest
    @ValueSource(strings = {"SET GLOBAL autocommit = 0", "SET GLOBAL init_connect = 'SET autocommit = 0'"})
    void onAServerWithoutAutoCommitARowIsThere(String setting) throws Exception {
        observer.run(setting);
        use(connection -> {
            assertThat(connection.getAutoCommit()).isTrue();
            run(connection, "INSERT INTO t VALUES (1)");
        });
        assertThat(rows("shop")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET GLOBAL autocommit = 0", "SET GLOBAL init_connect = 'SET autocommit = 0'"})
    void onAServerWithoutAutoCommitABranchStarts(String setting) throws Exception {
        observer.run(setting);
        use(connection -> read(connection, "SELECT COUNT(*) FROM t"));
        try (GlobalTransaction transaction = GlobalTransaction.begin(pool, factory)) {
            try (Connection connection = transaction.connection()) {
                run(connection, "INSERT INTO t VALUES (1)");
            }
            transaction.commit();
        }
        assertThat(rows("shop")).isEqualTo("1");
    }

    /** A reset of the session would bring the server's own mode back. */
    @Test
    void onAServerWithoutAutoCommitAResetKeepsIt() throws Exception {
        observer.run("SET GLOBAL autocommit = 0");
        use(connection -> run(connection, "SET @x = 1"));
        nextUserInsertsAlone();
    }

    // --- transactions that nobody began through JDBC

    @ParameterizedTest
    @ValueSource(
            strings = {
                "START TRANSACTION;INSERT INTO t VALUES (1)",
                "BEGIN;INSERT INTO t VALUES (1)",
                "/* mine */ begin;INSERT INTO t VALUES (1)",
                "SET autocommit = 0;INSERT INTO t VALUES (1)",
                "SET SESSION autocommit = OFF;INSERT INTO t VALUES (1)",
                "SET @@autocommit = 0;INSERT INTO t VALUES (1)",
                "START TRANSACTION;INSERT INTO t VALUES (1);INSERT INTO nowhere VALUES (1)",
                "CALL leaves_open()",
                "CALL fails()",
                "CALL switches_off()"
            })
    void whatSqlTextBeganIsRolledBack(String text) throws Exception {
        use(connection -> {
            for (String sql : text.split(";", -1)) {
                try {
                    run(connection, sql);
                } catch (SQLException expected) {
                    assertThat(expected.getSQLState()).isIn("45000", "42S02");
                }
            }
        });
        nextUserInsertsAlone();
    }

    @Test
    void theTruthIsToldOfAutoCommit() throws Exception {
        use(connection -> {
            run(connection, "SET autocommit = 0");
            assertThat(connection.getAutoCommit()).isFalse();
            run(connection, "INSERT INTO t VALUES (1)");
            connection.commit();
            run(connection, "INSERT INTO t VALUES (2)");
            connection.rollback();
            run(connection, "INSERT INTO t VALUES (3)");
            connection.setAutoCommit(true);
            assertThat(connection.getAutoCommit()).isTrue();
            run(connection, "INSERT INTO t VALUES (4)");
        });
        assertThat(rows("shop")).isEqualTo("1,3,4");
    }

    @Test
    void theTruthIsToldAfterAProcedureThatFailed() throws Exception {
        use(connection -> {
            assertThatThrownBy(() -> run(connection, "CALL switches_off()")).isInstanceOf(SQLException.class);
            assertThat(connection.getAutoCommit()).isFalse();
            connection.rollback();
            connection.setAutoCommit(true);
            run(connection, "INSERT INTO t VALUES (4)");
        });
        assertThat(rows("shop")).isEqualTo("4");
    }

    @Test
    void switchingAutoCommitOnByTextIsSeen() throws Exception {
        use(connection -> {
            connection.setAutoCommit(false);
            run(connection, "INSERT INTO t VALUES (1)", "SET autocommit = 1");
            assertThat(connection.getAutoCommit()).isTrue();
            run(connection, "INSERT INTO t VALUES (2)");
        });
        assertThat(rows("shop")).isEqualTo("1,2");
    }

    /** What was begun by text is no part of a transaction of the container. */
    @Test
    void aBranchDoesNotStartWithinATransactionBegunByText() throws Exception {
        DataSource source = pool.dataSource(factory);
        try (Connection connection = source.getConnection()) {
            run(connection, "START TRANSACTION", "INSERT INTO t VALUES (1)");
        }
        try (GlobalTransaction transaction = GlobalTransaction.begin(pool, factory)) {
            try (Connection connection = transaction.connection()) {
                run(connection, "INSERT INTO t VALUES (2)");
            }
            transaction.commit();
        }
        assertThat(rows("shop")).isEqualTo("2");
    }

    /** JDBC takes over what SQL text began, as it does on the bare driver. */
    @Test
    void switchingAutoCommitOffTakesOverWhatTextBegan() throws Exception {
        use(connection -> {
            run(connection, "START TRANSACTION", "INSERT INTO t VALUES (1)");
            connection.setAutoCommit(false);
            connection.commit();
        });
        assertThat(rows("shop")).isEqualTo("1");
        use(connection -> {
            run(connection, "START TRANSACTION", "INSERT INTO t VALUES (2)");
            connection.setAutoCommit(false);
            connection.rollback();
            connection.setAutoCommit(true);
            run(connection, "INSERT INTO t VALUES (3)");
        });
        assertThat(rows("shop")).isEqualTo("1,3");
        use(connection -> {
            run(connection, "START TRANSACTION", "INSERT INTO t VALUES (4)");
            connection.setAutoCommit(false);
            connection.setAutoCommit(true);
            run(connection, "INSERT INTO t VALUES (5)");
        });
        assertThat(rows("shop")).isEqualTo("1,3,4,5");
    }

    @Test
    void commitIsStillJdbcsWhereTextSwitchedAutoCommitOn() throws Exception {
        use(connection -> {
            connection.setAutoCommit(false);
            run(connection, "INSERT INTO t VALUES (4)", "SET autocommit = 1", "START TRANSACTION");
            run(connection, "INSERT INTO t VALUES (5)");
            connection.commit();
            connection.rollback();
        });
        assertThat(rows("shop")).isEqualTo("4,5");
    }

    /** Whatever a procedure did to the mode: what the container commits is committed, and what it rolls back is not. */
    @ParameterizedTest
    @CsvSource({"true, 1", "false, none"})
    void theContainersWordEndsWhatAProcedureBegan(boolean commit, String rows) throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        try {
            managed.getLocalTransaction().begin();
            try (Connection connection = (Connection) managed.getConnection(null, null)) {
                run(connection, "CALL begins_anew()");
            }
            if (commit) {
                managed.getLocalTransaction().commit();
            } else {
                managed.getLocalTransaction().rollback();
            }
            managed.cleanup();
        } finally {
            managed.destroy();
        }
        assertThat(rows("shop")).isEqualTo(rows);
    }

    @Test
    void theModeIsToldInTheMiddleOfAResult() throws Exception {
        run(pool.dataSource(factory), "INSERT INTO t VALUES (1), (2), (3)");
        use(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(driver().equals("mysql") ? Integer.MIN_VALUE : 1);
                try (ResultSet rows = statement.executeQuery("SELECT id FROM t")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(connection.getAutoCommit()).isTrue();
                    connection.setAutoCommit(true);
                    assertThat(rows.next()).isTrue();
                }
            }
        });
    }

    @Test
    void whatTheLastOfSeveralStatementsBeganIsRolledBack() throws Exception {
        factory.setConnectionProperties(properties() + ";allowMultiQueries=true");
        use(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(driver().equals("mysql") ? Integer.MIN_VALUE : 1);
                statement.execute("SELECT 1 UNION SELECT 2; START TRANSACTION; INSERT INTO t VALUES (1)");
            }
        });
        nextUserInsertsAlone();
    }

    // --- what a login sets, a reset must not lose

    @Test
    void valuesThatAreTooLongAreRefusedToEveryUser() throws Exception {
        String before = observer.read("SELECT @@GLOBAL.sql_mode");
        observer.run("SET GLOBAL sql_mode = ''");
        observer.run("DROP TABLE IF EXISTS shop.short", "CREATE TABLE shop.short (v VARCHAR(3)) ENGINE = InnoDB");
        try {
            for (int i = 0; i < 2; i++) {
                use(connection -> {
                    assertThatThrownBy(() -> run(connection, "INSERT INTO short VALUES ('abcdef')"))
                            .isInstanceOf(SQLException.class);
                    run(connection, "SET @x = 1");
                });
            }
        } finally {
            observer.run("SET GLOBAL sql_mode = '" + before + "'");
        }
        assertThat(observer.read("SELECT COUNT(*) FROM shop.short")).isEqualTo("0");
    }

    @Test
    void whatTheServerSetsAtEachLoginIsThereForEveryUser() throws Exception {
        observer.run(
                "SET GLOBAL init_connect = \"SET SESSION time_zone = '+05:00', SESSION group_concat_max_len = 99\"");
        for (int i = 0; i < 2; i++) {
            use(connection -> {
                assertThat(read(connection, "SELECT CONCAT(@@time_zone, ' ', @@group_concat_max_len)"))
                        .isEqualTo("+05:00 99");
                run(connection, "SET @x = 1", "SET time_zone = '+00:00'");
            });
        }
    }

    @Test
    void whatTheDeployerSetsAtEachLoginIsThereForEveryUser() throws Exception {
        factory.setConnectionProperties(properties() + ";sessionVariables=group_concat_max_len=77");
        for (int i = 0; i < 2; i++) {
            use(connection -> {
                assertThat(read(connection, "SELECT @@group_concat_max_len")).isEqualTo("77");
                run(connection, "SET group_concat_max_len = 88");
            });
        }
    }

    @Test
    void theCollationOfTheConnectionStays() throws Exception {
        List<String> collations = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            use(connection -> {
                collations.add(read(
                        connection,
                        "SELECT CONCAT_WS(' ', @@collation_connection, @@character_set_client,"
                                + " @@character_set_results, @@sql_mode)"));
                run(connection, "SET @x = 1");
            });
        }
        assertThat(collations.get(1)).isEqualTo(collations.get(0));
    }

    @Test
    void aServerThatDoesNotReportTheDatabaseByItselfIsToldTo() throws Exception {
        observer.run("SET GLOBAL session_track_schema = OFF");
        try {
            use(connection -> {
                run(connection, "USE other");
                assertThat(connection.getCatalog()).isEqualTo(OTHER);
            });
            use(next -> run(next, "INSERT INTO t VALUES (1)"));
        } finally {
            observer.run("SET GLOBAL session_track_schema = ON");
        }
        assertThat(rows("shop")).isEqualTo("1");
    }

    /** No reset of a session takes a role back. */
    @Test
    void aRoleIsNotLeft() throws Exception {
        observer.run("DROP ROLE IF EXISTS boss", "CREATE ROLE boss", "GRANT boss TO 'app'@'127.0.0.1'");
        use(connection -> {
            run(connection, "SET ROLE boss");
            assertThat(read(connection, "SELECT CURRENT_ROLE()")).contains("boss");
        });
        use(next -> assertThat(read(next, "SELECT CURRENT_ROLE()")).doesNotContain("boss"));
        observer.run("DROP ROLE boss");
    }

    /** What is done with the driver's own objects is seen by nobody. */
    @Test
    void whatWasDoneWithTheDriversObjectsIsNotLeft() throws Exception {
        Class<? extends Connection> type =
                driver().equals("mysql") ? com.mysql.cj.jdbc.JdbcConnection.class : org.mariadb.jdbc.Connection.class;
        use(connection -> connection.unwrap(type).setCatalog(OTHER));
        use(connection -> {
            run(connection, "INSERT INTO t VALUES (1)");
            run(connection.unwrap(type), "CREATE TEMPORARY TABLE t (id INT)", "SET @x = 4, sql_mode = 'ANSI_QUOTES'");
        });
        use(connection -> {
            run(connection, "INSERT INTO t VALUES (2)");
            assertThat(read(connection, "SELECT @x")).isEqualTo("null");
            Connection raw = connection.unwrap(type);
            run(raw, "USE other", "START TRANSACTION");
            raw.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            raw.setReadOnly(true);
        });
        use(connection -> {
            assertThat(connection.isReadOnly()).isFalse();
            assertThat(isolation(connection)).isEqualTo("REPEATABLE-READ");
            run(connection, "INSERT INTO t VALUES (3)");
        });
        assertThat(rows("shop")).isEqualTo("1,2,3");
        assertThat(rows(OTHER)).isEqualTo("none");
    }

    // --- database, isolation, read-only mode

    @Test
    void aSettersEffectIsNotLostToWhatTextChose() throws Exception {
        use(connection -> {
            run(connection, "USE other");
            assertThat(connection.getCatalog()).isEqualTo(OTHER);
            connection.setCatalog("shop");
            assertThat(connection.getCatalog()).isEqualTo("shop");
            run(connection, "INSERT INTO t VALUES (1)");
        });
        assertThat(rows("shop")).isEqualTo("1");
        assertThat(rows(OTHER)).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"USE other", " use `other` ;", "-- mine\nUSE other"})
    void theDatabaseThatTextChoseIsNotLeft(String text) throws Exception {
        use(connection -> run(connection, text));
        use(next -> {
            next.setCatalog("shop");
            run(next, "INSERT INTO t VALUES (1)");
        });
        use(connection -> run(connection, text));
        use(next -> run(next, "INSERT INTO t VALUES (2)"));
        assertThat(rows("shop")).isEqualTo("1,2");
        assertThat(rows(OTHER)).isEqualTo("none");
    }

    @Test
    void theIsolationThatTextSetIsNotLeft() throws Exception {
        use(connection -> {
            run(connection, "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            connection.setTransactionIsolation(TRANSACTION_REPEATABLE_READ);
            assertThat(isolation(connection)).isEqualTo("REPEATABLE-READ");
            run(connection, "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE");
        });
        use(next -> {
            next.setTransactionIsolation(TRANSACTION_READ_COMMITTED);
            assertThat(isolation(next)).isEqualTo("READ-COMMITTED");
        });
        use(next -> {
            assertThat(isolation(next)).isEqualTo("REPEATABLE-READ");
            assertThat(next.getTransactionIsolation()).isEqualTo(TRANSACTION_REPEATABLE_READ);
        });
    }

    @Test
    void theReadOnlyModeThatTextSetIsNotLeft() throws Exception {
        use(connection -> {
            run(connection, "SET SESSION TRANSACTION READ ONLY");
            connection.setReadOnly(false);
            run(connection, "INSERT INTO t VALUES (1)");
            run(connection, "SET SESSION TRANSACTION READ ONLY");
        });
        use(next -> {
            next.setReadOnly(false);
            run(next, "INSERT INTO t VALUES (2)");
        });
        assertThat(rows("shop")).isEqualTo("1,2");
    }

    @Test
    void theModeOfTheNextTransactionIsNotLeft() throws Exception {
        use(connection -> run(connection, "SET TRANSACTION READ ONLY"));
        nextUserInsertsAlone();
    }

    @Test
    void aDatabaseChosenWhereThereIsNoneIsNotLeft() throws Exception {
        factory = factory("");
        for (int i = 0; i < 3; i++) {
            int id = i;
            use(connection -> {
                assertThat(read(connection, "SELECT DATABASE()")).isEqualTo("null");
                connection.setCatalog("shop");
                run(connection, "INSERT INTO t VALUES (" + id + ")");
            });
            use(connection -> {
                assertThat(read(connection, "SELECT DATABASE()")).isEqualTo("null");
                run(connection, "USE other");
            });
        }
        assertThat(rows("shop")).isEqualTo("0,1,2");
        assertThat(pool.created()).as("managed connections, none of them lost").isEqualTo(1);
    }

    // --- what else can be left behind

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET @x = 1                                       | SELECT @x                          | null",
                "SELECT @x := 1                                   | SELECT @x                          | null",
                "SELECT 1 INTO @x                                 | SELECT @x                          | null",
                "CALL sets()                                      | SELECT @x                          | null",
                "CREATE TEMPORARY TABLE tt (i INT)                | SHOW TABLES LIKE 'tt'              | nothing",
                "CREATE TEMPORARY TABLE t (i INT)                 | SELECT id FROM t                   | nothing",
                "PREPARE p FROM 'SELECT 1'                        | EXECUTE p                          | 1243",
                "SELECT GET_LOCK('mine', 0)                       | SELECT IS_FREE_LOCK('mine')        | 1",
                "select get_lock ('mine', 0)                      | SELECT IS_FREE_LOCK('mine')        | 1",
                "CALL locks()                                     | SELECT IS_FREE_LOCK('mine')        | 1",
                "LOCK TABLES shop.t READ                          | SELECT COUNT(*) FROM other.t       | 0",
                "HANDLER t OPEN                                   | HANDLER t READ FIRST               | 1109",
                "SET sql_mode = 'ANSI_QUOTES'                     | SELECT @@sql_mode LIKE '%ANSI%'    | 0",
                "SET time_zone = '+09:00'                         | SELECT @@time_zone = '+09:00'      | 0",
                "SET SESSION group_concat_max_len = 4             | SELECT @@group_concat_max_len = 4  | 0",
                "/*!40101 SET sql_safe_updates = 1 */             | SELECT @@sql_safe_updates          | 0",
            })
    void whatSqlTextLeavesIsGoneForTheNextUser(String text, String question, String answer) throws Exception {
        use(connection -> run(connection, text));
        awaitFreeLock();
        use(next -> {
            try {
                assertThat(read(next, question)).isEqualTo(answer);
            } catch (SQLException e) {
                assertThat(Integer.toString(e.getErrorCode())).as(e.toString()).isEqualTo(answer);
            }
        });
        awaitFreeLock();
        assertThat(pool.created()).as("managed connections, none of them lost").isEqualTo(1);
        nextUserInsertsAlone();
    }

    /** It is released when it is given back, and not when the next user comes. */
    @Test
    void aLockIsReleasedAtOnce() throws Exception {
        use(connection -> run(connection, "LOCK TABLES t WRITE", "SELECT GET_LOCK('mine', 0)"));
        observer.run("SET lock_wait_timeout = 5", "INSERT INTO shop.t VALUES (9)");
        awaitFreeLock();
    }

    @Test
    void aPreparedTextIsReadAsWell() throws Exception {
        use(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT GET_LOCK(?, 0)")) {
                statement.setString(1, "mine");
                statement.execute();
            }
        });
        awaitFreeLock();
    }

    @Test
    void aBatchIsReadAsWell() throws Exception {
        use(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.addBatch("SET @x = 1");
                statement.addBatch("INSERT INTO t VALUES (1)");
                statement.executeBatch();
            }
        });
        use(next -> assertThat(read(next, "SELECT @x")).isEqualTo("null"));
    }

    @Test
    void whatTextSetIsThereUntilTheConnectionIsGivenBack() throws Exception {
        use(connection -> {
            run(connection, "SET @x = 1");
            connection.clearWarnings();
            connection.isValid(1);
            assertThatThrownBy(() -> run(connection, "nonsense")).isInstanceOf(SQLException.class);
            connection.setReadOnly(true);
            connection.setReadOnly(false);
            assertThat(read(connection, "SELECT @x")).isEqualTo("1");
        });
    }

    /** Limits of rows and of time, which drivers set in the session themselves. */
    @Test
    void aLimitOfTheDriversOwnIsNotLeft() throws Exception {
        for (int i = 1; i < 4; i++) {
            run(pool.dataSource(factory), "INSERT INTO t VALUES (" + i + ")");
        }
        List<Integer> counts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            use(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.setMaxRows(2);
                    statement.setQueryTimeout(30);
                    counts.add(count(statement));
                }
            });
            use(connection -> {
                try (Statement statement = connection.createStatement()) {
                    counts.add(count(statement));
                }
                try (Statement statement = connection.createStatement()) {
                    statement.setMaxRows(1);
                    counts.add(count(statement));
                }
                run(connection, "SET @x = 1");
            });
        }
        assertThat(counts).containsExactly(2, 3, 1, 2, 3, 1);
    }

    private static int count(Statement statement) throws SQLException {
        int count = 0;
        try (ResultSet rows = statement.executeQuery("SELECT id FROM t")) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    private static void run(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection()) {
            run(connection, sql);
        }
    }

    /** What is usual costs nothing more: no statement, and no connection. */
    @Test
    void whatChangesNothingCostsNothing() throws Exception {
        use(connection -> read(connection, "SELECT 1"));
        long logins = observer.status("Connections");
        long asking = -observer.status("Questions") + observer.status("Questions");
        long before = observer.status("Questions");
        for (int i = 0; i < 10; i++) {
            int id = 10 + i;
            use(connection -> {
                try (PreparedStatement statement = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
                    statement.setInt(1, id);
                    statement.executeUpdate();
                }
                read(connection, "SELECT 'a@b.example' FROM t WHERE id IN (1, 2)");
                connection.getAutoCommit();
            });
        }
        assertThat(observer.status("Questions") - before - asking).isEqualTo(20);
        assertThat(observer.status("Connections") - logins).isZero();
    }
}
