/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Statements that close together with their last result set must not be kept, nor closed too early. */
class StatementHandleTest {

    private final FakeDriver driver = new FakeDriver();
    private final FakeOwner owner = new FakeOwner(driver.connect());
    private final ConnectionHandle connection = new ConnectionHandle(owner);

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
}
