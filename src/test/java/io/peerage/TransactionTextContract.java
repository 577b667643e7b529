/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That auto-commit and the transaction are what the server says, whoever changed them: nothing is left open to the next
 * user.
 */
@Timeout(120)
abstract class TransactionTextContract extends SessionTextCase {

    TransactionTextContract(LocalPeer peer, String driver, String properties) {
        super(peer, driver, properties);
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
                statement.setFetchSize(driver.equals("mysql") ? Integer.MIN_VALUE : 1);
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
        factory.setConnectionProperties(properties + ";allowMultiQueries=true");
        use(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(driver.equals("mysql") ? Integer.MIN_VALUE : 1);
                statement.execute("SELECT 1 UNION SELECT 2; START TRANSACTION; INSERT INTO t VALUES (1)");
            }
        });
        nextUserInsertsAlone();
    }
}
