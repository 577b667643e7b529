/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What a borrower leaves behind is undone before the next one, with no more statements than that takes. */
class SessionResetTest {

    private final FakeDriver driver = new FakeDriver();
    private final FakeOwner owner = new FakeOwner(driver.connect());
    private final Session session = owner.session();
    private final ConnectionHandle connection = new ConnectionHandle(owner, null);

    @Test
    void sendsNothingWhenNothingWasUsed() throws SQLException {
        session.reset();
        session.reset();

        assertThat(driver.drain()).isEmpty();
    }

    @Test
    void clearsTheWarningsOfAnyUse() throws SQLException {
        connection.createStatement().execute("A");
        driver.drain();

        session.reset();
        assertThat(driver.drain()).containsExactly("clearWarnings()");
        session.reset();
        assertThat(driver.drain()).isEmpty();
    }

    @Test
    void readsOriginalsJustBeforeTheFirstChangeAndRestoresThem() throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setCatalog("other");
        connection.setHoldability(1);
        connection.setNetworkTimeout(Runnable::run, 5000);
        connection.setTypeMap(Map.of("t", String.class));
        assertThat(driver.drain())
                .containsExactly(
                        "getTransactionIsolation()",
                        "setTransactionIsolation(8)",
                        "setTransactionIsolation(4)",
                        "isReadOnly()",
                        "setReadOnly(true)",
                        "getCatalog()",
                        "setCatalog(other)",
                        "getHoldability()",
                        "setHoldability(1)",
                        "getNetworkTimeout()",
                        "setNetworkTimeout(5000)",
                        "getTypeMap()",
                        "setTypeMap({t=class java.lang.String})");

        session.reset();

        assertThat(driver.drain())
                .containsExactly(
                        "setTransactionIsolation(2)",
                        "setReadOnly(false)",
                        "setCatalog(shop)",
                        "setHoldability(2)",
                        "setNetworkTimeout(0)",
                        "setTypeMap({})",
                        "clearWarnings()");
        session.reset();
        assertThat(driver.drain()).isEmpty();
    }

    @Test
    void restoresClientInfo() throws SQLException {
        connection.setClientInfo("ApplicationName", "shop");
        Properties properties = new Properties();
        properties.setProperty("ClientUser", "me");
        connection.setClientInfo(properties);
        driver.drain();

        session.reset();

        assertThat(driver.drain()).containsExactly("setClientInfo({})", "clearWarnings()");
    }

    @Test
    void sendsNothingForWhatTheApplicationSetBackItself() throws SQLException {
        connection.setReadOnly(true);
        connection.setReadOnly(false);
        driver.drain();

        session.reset();

        assertThat(driver.drain()).containsExactly("clearWarnings()");
    }

    @Test
    void leavesAnAttributeAloneThatTheDriverCannotSet() throws SQLException {
        driver.ignoreSetting("schema");
        connection.setSchema("other");
        driver.drain();

        session.reset();

        assertThat(driver.drain()).containsExactly("getSchema()", "clearWarnings()");
    }

    @Test
    void failsWhereAnAttributeCannotBeRestored() throws SQLException {
        connection.setCatalog("other");
        driver.failOn("setCatalog", new SQLException("no such database", "42000"));

        assertThatThrownBy(session::reset).hasMessage("no such database");
    }

    @Test
    void doesNotCountAChangeThatFailed() throws SQLException {
        driver.failOn("setReadOnly", new SQLException("planned"));
        assertThatThrownBy(() -> connection.setReadOnly(true)).hasMessage("planned");
        driver.drain();

        session.reset();

        assertThat(driver.drain()).containsExactly("clearWarnings()");
    }

    @Test
    void restoresOutsideAnyTransaction() throws SQLException {
        connection.setReadOnly(true);
        session.beginLocal();
        connection.createStatement().execute("A");
        driver.drain();

        session.reset();

        assertThat(driver.drain())
                .containsExactly("rollback()", "setAutoCommit(true)", "setReadOnly(false)", "clearWarnings()");
    }

    @Test
    void endsTheMarksOfCallsThatWereLostCount() throws SQLException {
        session.activity().begin();

        session.reset();

        assertThat(session.activity().running()).isZero();
    }
}
