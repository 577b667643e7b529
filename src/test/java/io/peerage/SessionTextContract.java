/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.sql.Connection.TRANSACTION_READ_COMMITTED;
import static java.sql.Connection.TRANSACTION_REPEATABLE_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the session is what the server says: what a user did by SQL text is known as well as what he did through JDBC,
 * and nothing of it is left to the next one.
 */
@Timeout(120)
abstract class SessionTextContract extends SessionTextCase {

    SessionTextContract(LocalPeer peer, String driver, String properties) {
        super(peer, driver, properties);
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
        factory.setConnectionProperties(properties + ";sessionVariables=group_concat_max_len=77");
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
                driver.equals("mysql") ? com.mysql.cj.jdbc.JdbcConnection.class : org.mariadb.jdbc.Connection.class;
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
