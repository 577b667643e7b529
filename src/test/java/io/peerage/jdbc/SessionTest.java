/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is sent to the server, in which order, and what is not. */
class SessionTest {

    private final FakeDriver driver = new FakeDriver();
    private final FakeOwner owner = new FakeOwner(driver.connect());
    private final Session session = owner.session();
    private final ConnectionHandle connection = new ConnectionHandle(owner, null);

    private static void assertWrongState(ThrowingCallable call, String... words) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(call)
                .satisfies(refusal -> assertThat(refusal.getSQLState()).isEqualTo("25000"))
                .withMessageContainingAll(words);
    }

    @Nested
    class Local {

        private Statement statement;

        @BeforeEach
        void openStatement() throws SQLException {
            statement = connection.createStatement();
            driver.drain();
        }

        @Test
        void sendsNothingForATransactionInWhichNothingRuns() throws SQLException {
            session.beginLocal();
            assertThat(connection.getAutoCommit()).isFalse();
            session.endLocal(true);

            assertThat(driver.drain()).isEmpty();
        }

        @Test
        void switchesAutoCommitOffOnceForManyTransactions() throws SQLException {
            for (int i = 0; i < 3; i++) {
                session.beginLocal();
                statement.execute("A");
                session.endLocal(true);
                session.reset();
            }

            assertThat(driver.drain())
                    .containsExactly(
                            "setAutoCommit(false)",
                            "execute(A)",
                            "commit()",
                            "clearWarnings()",
                            "execute(A)",
                            "commit()",
                            "clearWarnings()",
                            "execute(A)",
                            "commit()",
                            "clearWarnings()");
        }

        @Test
        void rollsBack() throws SQLException {
            session.beginLocal();
            statement.execute("A");
            session.endLocal(false);

            assertThat(driver.drain()).containsExactly("setAutoCommit(false)", "execute(A)", "rollback()");
        }

        @Test
        void switchesAutoCommitOnForAnOldStatementAfterTheTransaction() throws SQLException {
            session.beginLocal();
            statement.execute("A");
            session.endLocal(true);
            assertThat(connection.getAutoCommit()).isTrue();
            driver.drain();

            statement.execute("B");
            statement.execute("C");

            assertThat(driver.drain()).containsExactly("setAutoCommit(true)", "execute(B)", "execute(C)");
        }

        @Test
        void switchesAutoCommitOnForANewStatementAfterTheTransaction() throws SQLException {
            session.beginLocal();
            statement.execute("A");
            session.endLocal(true);
            driver.drain();

            connection.prepareStatement("B");

            assertThat(driver.drain()).containsExactly("setAutoCommit(true)", "prepareStatement(B)");
        }

        @Test
        void staysInTheTransactionWhenTheCommitFails() throws SQLException {
            session.beginLocal();
            statement.execute("A");
            driver.failOn("commit", new SQLException("deadlock", "40001"));

            assertThatThrownBy(() -> session.endLocal(true)).hasMessage("deadlock");

            assertThat(session.inManagedTransaction()).isTrue();
            driver.hook(call -> {});
            driver.drain();
            session.reset();
            assertThat(driver.drain()).containsExactly("rollback()", "clearWarnings()");
            assertThat(session.inManagedTransaction()).isFalse();
        }

        @Test
        void staysInAutoCommitWhenTheSwitchFails() throws SQLException {
            session.beginLocal();
            SQLException failure = new SQLException("gone", "08S01");
            driver.failOn("setAutoCommit", failure);
            assertThatThrownBy(() -> statement.execute("A")).isSameAs(failure);
            assertThat(owner.failures).containsExactly(failure);
            driver.hook(call -> {});
            driver.drain();

            statement.execute("A");

            assertThat(driver.drain()).containsExactly("setAutoCommit(false)", "execute(A)");
        }

        @Test
        void isRefusedWhileTheApplicationsOwnTransactionIsOpen() throws SQLException {
            connection.setAutoCommit(false);
            statement.execute("A");
            driver.drain();

            assertWrongState(session::beginLocal, "commit or roll back");
            assertThat(driver.drain()).isEmpty();

            connection.commit();
            session.beginLocal();
            statement.execute("B");
            session.endLocal(true);
            assertThat(driver.drain()).containsExactly("commit()", "execute(B)", "commit()");
        }

        @Test
        void returnsToTheApplicationsModeAfterwards() throws SQLException {
            connection.setAutoCommit(false);
            session.beginLocal();
            statement.execute("A");
            session.endLocal(true);

            assertThat(connection.getAutoCommit()).isFalse();
            statement.execute("B");
            connection.commit();
            assertThat(driver.drain())
                    .containsExactly("setAutoCommit(false)", "execute(A)", "commit()", "execute(B)", "commit()");
        }

        @Test
        void isRefusedTwice() throws SQLException {
            session.beginLocal();

            assertWrongState(session::beginLocal, "local transaction is open");
            assertWrongState(session::beginGlobal, "local transaction is open");
        }

        @Test
        void isNotEndedBeforeItBegan() {
            assertWrongState(() -> session.endLocal(true), "No local transaction");
        }
    }

    @Nested
    class Global {

        @Test
        void sendsNothing() throws SQLException {
            Statement statement = connection.createStatement();
            driver.drain();

            session.beginGlobal();
            assertThat(connection.getAutoCommit()).isFalse();
            statement.execute("A");
            session.endGlobal();
            assertThat(connection.getAutoCommit()).isTrue();

            assertThat(driver.drain()).containsExactly("execute(A)");
        }

        @Test
        void sendsNothingAfterALocalTransactionEither() throws SQLException {
            Statement statement = connection.createStatement();
            session.beginLocal();
            statement.execute("A");
            session.endLocal(true);
            driver.drain();

            session.beginGlobal();
            statement.execute("B");
            session.endGlobal();
            assertThat(driver.drain()).containsExactly("execute(B)");

            statement.execute("C");
            assertThat(driver.drain()).containsExactly("setAutoCommit(true)", "execute(C)");
        }

        @Test
        void isRefusedWhileTheApplicationsOwnTransactionIsOpen() throws SQLException {
            connection.setAutoCommit(false);
            connection.createStatement().execute("A");
            driver.drain();

            assertWrongState(session::beginGlobal, "join a global transaction", "commit or roll back");

            assertThat(driver.drain()).isEmpty();
            assertThat(session.inManagedTransaction()).isFalse();
        }

        @Test
        void mustEndBeforeTheReset() throws SQLException {
            session.beginGlobal();
            driver.drain();

            assertWrongState(session::reset, "global transaction");
            assertThat(driver.drain()).isEmpty();
        }
    }

    @Nested
    class Application {

        @Test
        void setsAutoCommitOnlyBeforeWork() throws SQLException {
            connection.setAutoCommit(false);
            connection.setAutoCommit(true);
            connection.setAutoCommit(false);
            assertThat(driver.drain()).isEmpty();

            connection.createStatement();
            assertThat(driver.drain()).containsExactly("setAutoCommit(false)", "createStatement()");
        }

        @Test
        void commitsOpenWorkWhenItSetsAutoCommit() throws SQLException {
            connection.setAutoCommit(false);
            connection.createStatement().execute("A");
            driver.drain();

            connection.setAutoCommit(true);

            assertThat(driver.drain()).containsExactly("setAutoCommit(true)");
        }

        @Test
        void getsTheDriversAnswerToACommitInAutoCommitMode() throws SQLException {
            connection.commit();

            assertThat(driver.drain()).containsExactly("commit()");
        }

        @Test
        void hasItsTransactionRolledBackByTheReset() throws SQLException {
            connection.setAutoCommit(false);
            connection.createStatement().execute("A");
            driver.drain();

            session.reset();

            assertThat(driver.drain()).containsExactly("rollback()", "clearWarnings()");
            assertThat(session.autoCommit()).isTrue();
        }

        @Test
        void hasNothingRolledBackAfterItsCommit() throws SQLException {
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.execute("A");
            connection.commit();
            statement.close();
            driver.drain();

            session.reset();

            assertThat(driver.drain()).containsExactly("clearWarnings()");
        }

        @Test
        void hasWorkThroughTheDriversOwnObjectsRolledBack() throws SQLException {
            connection.setAutoCommit(false);
            connection.unwrap(FakeDriver.Vendor.class);
            assertThat(driver.drain()).containsExactly("setAutoCommit(false)");
            connection.commit();
            driver.drain();

            session.reset();

            assertThat(driver.drain()).containsExactly("getAutoCommit()", "rollback()", "clearWarnings()");
        }

        @Test
        void hasTheDriverToldAtOnceAfterUnwrapping() throws SQLException {
            connection.unwrap(FakeDriver.Vendor.class);
            driver.drain();

            session.beginLocal();
            assertThat(driver.drain()).containsExactly("setAutoCommit(false)");
            session.endLocal(true);
            assertThat(driver.drain()).containsExactly("commit()", "setAutoCommit(true)");
        }
    }

    @Test
    void marksItsOwnCallsAsInFlight() throws SQLException {
        Statement statement = connection.createStatement();
        session.beginLocal();
        statement.execute("A");
        driver.hook(call -> {
            if (call.method().getName().equals("commit")) {
                throw new SQLException(session.activity().running() == 0 ? "idle" : "in flight");
            }
        });

        assertThatThrownBy(() -> session.endLocal(true)).hasMessage("in flight");
        assertThat(session.activity().running()).isZero();
    }
}
