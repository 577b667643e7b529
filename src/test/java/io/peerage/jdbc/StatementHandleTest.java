/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Statements that close together with their last result set must not be kept, nor closed too early. */
class StatementHandleTest {

    private final FakeDriver driver = new FakeDriver();
    private final FakeOwner owner = new FakeOwner(driver.connect());
    private final ConnectionHandle connection = new ConnectionHandle(owner, null);

    @Test
    void isForgottenWhenTheDriverClosedItOnCompletion() throws SQLException {
        Statement statement = connection.createStatement();
        statement.closeOnCompletion();
        ResultSet rows = statement.executeQuery("A");
        driver.closeOnCompletion();

        rows.close();

        assertThat(connection.hasOpenStatements()).isFalse();
        assertThat(statement.isClosed()).isTrue();
    }

    @Test
    void isForgottenWhenTheLastResultIsPassedOnCompletion() throws SQLException {
        Statement statement = connection.createStatement();
        statement.closeOnCompletion();
        driver.closeOnCompletion();

        statement.getMoreResults();

        assertThat(connection.hasOpenStatements()).isFalse();
    }

    @Test
    void staysOpenWhileTheDriverKeepsItOpen() throws SQLException {
        Statement statement = connection.createStatement();
        statement.closeOnCompletion();

        statement.executeQuery("A").close();

        assertThat(statement.isClosed()).isFalse();
        assertThat(connection.hasOpenStatements()).isTrue();
    }

    @Test
    void isNotAskedWhetherItIsClosedWithoutCloseOnCompletion() throws SQLException {
        ResultSet rows = connection.createStatement().executeQuery("A");
        driver.drain();

        rows.close();

        assertThat(driver.drain()).containsExactly("close()");
    }

    @Test
    void takesItsResultSetsWithIt() throws SQLException {
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("A");
        statement.close();
        driver.drain();

        assertThat(rows.isClosed()).isTrue();
        rows.close();

        assertThat(driver.drain()).isEmpty();
    }

    @Test
    void hasNoResultSetWhereTheDriverHasNone() throws SQLException {
        Statement statement = connection.createStatement();
        driver.answerNull("getResultSet");

        assertThat(statement.getResultSet()).isNull();
    }

    /** Who cancels is another thread, and may come after the statement was closed: the connection is somebody's by then. */
    @Test
    void isNotCancelledOnceItIsClosed() throws SQLException {
        Statement statement = connection.createStatement();
        statement.close();
        driver.drain();

        statement.cancel();
        connection.close();
        statement.cancel();

        assertThat(driver.drain()).isEmpty();
        assertThat(owner.failures).isEmpty();
    }

    /** The driver opens another connection to cancel, and it is that one which failed. */
    @Test
    void keepsItsConnectionWhenCancellingFails() throws SQLException {
        Statement statement = connection.createStatement();
        SQLException failure = new SQLException("Too many connections", "08004", 1040);
        driver.failOn("cancel", failure);

        assertThatThrownBy(statement::cancel).isSameAs(failure);
        assertThat(owner.failures).isEmpty();
    }

    @Test
    void mayBeClosedTwiceAndAskedWhetherItIs() throws SQLException {
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("A");
        rows.close();
        rows.close();
        statement.close();
        driver.drain();

        statement.close();

        assertThat(statement.isClosed()).isTrue();
        assertThat(rows.isClosed()).isTrue();
        assertThat(driver.drain()).isEmpty();
    }

    /** A handle that moved on to another managed connection lives, and so does what it is on now. */
    @Test
    void refusesWithoutClass08WhenItsConnectionMovedOn() throws SQLException {
        Statement statement = connection.createStatement();
        connection.associate(new FakeOwner(driver.connect()));

        assertThatThrownBy(() -> statement.execute("A"))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refusal -> assertThat(refusal.getSQLState()).isEqualTo("HY010"));
    }

    @Test
    void showsWhatTheDriverShows() throws SQLException {
        Statement prepared = connection.prepareStatement("SELECT ?");

        assertThat(prepared).hasToString("driver's PreparedStatement");
        prepared.close();
        assertThat(prepared.toString()).contains("PreparedStatementHandle", "(closed)");
    }

    @Test
    void tellsWhatTheApplicationsOwnStreamThrewFromABrokenLink() throws SQLException {
        IOException fault = new IOException("of the application");
        PreparedStatement statement = connection.prepareStatement("INSERT");
        SQLException wrapped = new SQLException("Socket error", "08000", new IOException(fault));
        driver.hook(call -> {
            if (call.method().getName().equals("setBinaryStream")) {
                InputStream given =
                        (InputStream) Objects.requireNonNull(call.arguments().get(1));
                assertThatThrownBy(given::read).isSameAs(fault);
            } else if (call.method().getName().equals("executeUpdate")) {
                throw wrapped;
            }
        });
        statement.setBinaryStream(1, new InputStream() {
            @Override
            public int read() throws IOException {
                throw fault;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw fault;
            }
        });

        assertThatThrownBy(statement::executeUpdate).isSameAs(wrapped);
        assertThat(owner.failuresByApplication).containsExactly(wrapped);
        assertThat(owner.failures).isEmpty();
    }
}
