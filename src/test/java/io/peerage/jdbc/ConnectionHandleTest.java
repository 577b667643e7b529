/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The life of a connection handle, and what it refuses within a transaction of the container. */
class ConnectionHandleTest {

    private final FakeDriver driver = new FakeDriver();
    private final FakeOwner owner = new FakeOwner(driver.connect());
    private final ConnectionHandle connection = new ConnectionHandle(owner, null);

    private static void assertState(String sqlState, ThrowingCallable call) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(call)
                .satisfies(refusal -> assertThat(refusal.getSQLState()).isEqualTo(sqlState));
    }

    @Nested
    class Close {

        @Test
        void closesStatementsNewestFirstThenTellsTheOwnerOnce() throws SQLException {
            connection.createStatement();
            connection.prepareStatement("A");
            connection.getMetaData().getCatalogs();
            driver.calls().clear();

            connection.close();
            connection.close();

            assertThat(driver.calls())
                    .extracting(
                            call -> call.target().getClass().getInterfaces()[0].getSimpleName() + "." + call)
                    .containsExactly("ResultSet.close()", "PreparedStatement.close()", "Statement.close()");
            assertThat(owner.closed).containsExactly(connection);
            assertThat(connection.isClosed()).isTrue();
            assertThat(connection.isValid(1)).isFalse();
        }

        @Test
        void tellsTheOwnerOfAStatementThatDoesNotCloseAndGoesOn() throws SQLException {
            connection.createStatement();
            connection.createStatement();
            SQLException failure = new SQLException("gone", "08S01");
            driver.failOn("close", failure);

            connection.close();

            assertThat(owner.failures).containsExactly(failure, failure);
            assertThat(owner.closed).containsExactly(connection);
        }

        @Test
        void abortIsNothingAfterwards() throws SQLException {
            connection.close();
            driver.drain();

            connection.abort(Runnable::run);

            assertThat(driver.drain()).isEmpty();
            assertThat(owner.failures).isEmpty();
        }

        @Test
        void refusesClientInfoWithItsOwnException() throws SQLException {
            connection.close();

            assertThatThrownBy(() -> connection.setClientInfo("a", "b"))
                    .isInstanceOf(SQLClientInfoException.class)
                    .hasMessage("The connection is closed");
        }

        @Test
        void isNotHeldUpByStatementsTheApplicationClosed() throws SQLException {
            Statement first = connection.createStatement();
            Statement second = connection.createStatement();
            Statement third = connection.createStatement();
            second.close();
            third.close();
            second.close();
            assertThat(connection.hasOpenStatements()).isTrue();
            first.close();
            assertThat(connection.hasOpenStatements()).isFalse();
            driver.drain();

            connection.close();

            assertThat(driver.drain()).isEmpty();
        }
    }

    @Nested
    class End {

        @Test
        void invalidatedClosesItsStatementsAndTellsNobody() throws SQLException {
            Statement statement = connection.createStatement();
            driver.drain();

            connection.invalidate();
            connection.invalidate();
            connection.close();

            assertThat(driver.drain()).containsExactly("close()");
            assertThat(owner.closed).isEmpty();
            assertThat(connection.isClosed()).isTrue();
            assertThat(statement.isClosed()).isTrue();
            assertThatThrownBy(connection::createStatement).hasMessageContaining("taken back by the container");
        }

        @Test
        void abandonedSendsNothing() throws SQLException {
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("A");
            driver.drain();

            connection.abandon();
            rows.close();
            statement.close();
            connection.close();

            assertThat(driver.drain()).isEmpty();
            assertThat(rows.isClosed()).isTrue();
            assertThat(statement.isClosed()).isTrue();
        }

        @Test
        void abortedIsALostConnection() throws SQLException {
            connection.createStatement();
            driver.drain();

            connection.abort(Runnable::run);

            assertThat(driver.drain()).containsExactly("abort()");
            assertThat(owner.failures).extracting(SQLException::getSQLState).containsExactly("08006");
            assertThat(connection.isClosed()).isTrue();
        }

        @Test
        void failedValidationIsALostConnection() throws SQLException {
            Connection invalid = driver.invalidConnection();
            owner.session = new Session(invalid, new ServerStatus() {});

            assertThat(connection.isValid(1)).isFalse();

            assertThat(owner.failures).extracting(SQLException::getSQLState).containsExactly("08006");
        }
    }

    @Nested
    class Associate {

        private final FakeDriver otherDriver = new FakeDriver();
        private final FakeOwner other = new FakeOwner(otherDriver.connect());

        @Test
        void movesTheHandleAndClosesTheStatementsLeftBehind() throws SQLException {
            Statement statement = connection.createStatement();
            DatabaseMetaData metaData = connection.getMetaData();
            driver.drain();

            assertThat(connection.associate(other)).isSameAs(owner);

            assertThat(driver.drain()).containsExactly("close()");
            // the handle lives, on another connection
            assertState("HY010", () -> statement.execute("A"));
            connection.createStatement().execute("B");
            metaData.getCatalogs();
            assertThat(otherDriver.drain())
                    .containsExactly("createStatement()", "execute(B)", "getMetaData()", "getCatalogs()");
            connection.close();
            assertThat(owner.closed).isEmpty();
            assertThat(other.closed).containsExactly(connection);
        }

        @Test
        void doesNothingWhereItIsAlready() throws SQLException {
            Statement statement = connection.createStatement();

            assertThat(connection.associate(owner)).isNull();

            assertThat(statement.isClosed()).isFalse();
        }

        @Test
        void isRefusedToADeadHandle() {
            connection.invalidate();

            assertState("08003", () -> connection.associate(other));
        }

        @Test
        void followsItsOwnerToAnotherPhysicalConnection() throws SQLException {
            owner.session = new Session(otherDriver.connect(), new ServerStatus() {});

            connection.createStatement();

            assertThat(driver.drain()).isEmpty();
            assertThat(otherDriver.drain()).containsExactly("createStatement()");
        }

        @Test
        void reportsAFailureWithTheSessionItCameFrom() throws SQLException {
            List<Session> sessions = new ArrayList<>();
            Session before = owner.session();
            Statement statement = connection.createStatement();
            driver.failOn("execute", new SQLException("planned"));
            owner.onFailure = sessions::add;
            owner.session = new Session(otherDriver.connect(), new ServerStatus() {});

            assertThatThrownBy(() -> statement.execute("A")).hasMessage("planned");

            assertThat(sessions).containsExactly(before);
        }
    }

    @Nested
    class Dissociate implements LazyAssociation {

        private final FakeOwner next = new FakeOwner(driver.connect());
        private final ConnectionHandle connection = new ConnectionHandle(owner, this);
        private final List<Connection> closed = new ArrayList<>();
        private int associations;

        @Override
        public void associate(Connection handle) throws SQLException {
            associations++;
            connection.associate(next);
        }

        @Override
        public void closed(Connection handle) {
            closed.add(handle);
        }

        @Test
        void findsAnotherOwnerOnlyWhenUsedAgain() throws SQLException {
            Statement statement = connection.createStatement();
            connection.dissociate();
            assertThat(statement.isClosed()).isTrue();
            assertThat(connection.isClosed()).isFalse();
            assertThat(associations).isZero();

            connection.createStatement();
            connection.createStatement();
            assertThat(associations).isEqualTo(1);

            connection.close();
            assertThat(next.closed).containsExactly(connection);
            assertThat(closed).isEmpty();
        }

        @Test
        void tellsOfACloseWhileDissociated() throws SQLException {
            connection.dissociate();

            connection.close();
            connection.close();

            assertThat(closed).containsExactly(connection);
            assertThat(owner.closed).isEmpty();
            assertThat(associations).isZero();
        }

        @Test
        void doesNotReviveAClosedHandle() throws SQLException {
            connection.close();

            connection.dissociate();

            assertState("08003", connection::createStatement);
            assertThat(associations).isZero();
        }

        @Test
        void failsClearlyWhereNoOwnerIsFound() {
            ConnectionHandle homeless = new ConnectionHandle(owner, new LazyAssociation() {
                @Override
                public void associate(Connection handle) {}

                @Override
                public void closed(Connection handle) {}
            });
            homeless.dissociate();

            assertThatThrownBy(homeless::createStatement).hasMessageContaining("no managed connection");
        }
    }

    @Nested
    class InATransactionOfTheContainer {

        @Test
        void refusesToEndItAndSaysWhoDoes() throws SQLException {
            owner.session.beginLocal();

            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    connection::commit, connection::rollback, () -> connection.setAutoCommit(true))) {
                assertState("25000", call);
                assertThatThrownBy(call).hasMessageContaining("the container ends it");
            }
            assertThat(driver.drain()).isEmpty();
            assertThat(owner.failures).isEmpty();
        }

        @Test
        void ignoresSetAutoCommitFalse() throws SQLException {
            owner.session.beginLocal();

            connection.setAutoCommit(false);

            assertThat(connection.getAutoCommit()).isFalse();
            owner.session.endLocal(true);
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(driver.drain()).isEmpty();
        }

        @Test
        void ignoresSetReadOnly() throws SQLException {
            owner.session.beginGlobal();

            connection.setReadOnly(true);

            assertThat(driver.drain()).isEmpty();
        }

        @Test
        void keepsTheIsolationLevelItBeganWith() throws SQLException {
            owner.session.beginGlobal();

            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            assertState("25000", () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));

            assertThat(driver.drain()).containsExactly("getTransactionIsolation()", "getTransactionIsolation()");
        }

        @Test
        void leavesSavepointsToTheDriver() throws SQLException {
            owner.session.beginLocal();

            connection.rollback(connection.setSavepoint("s"));

            assertThat(driver.drain())
                    .containsExactly("setAutoCommit(false)", "setSavepoint(s)", "rollback(sample Savepoint)");
        }
    }
}
