/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where units of work begin and end outside a container, and what is carried from one to the next. */
class UnmanagedConnectionHandleTest implements UnmanagedAssociation {

    private final FakeDriver driver = new FakeDriver();
    private FakeOwner owner = new FakeOwner(driver.connect());
    private final UnmanagedConnectionHandle connection = new UnmanagedConnectionHandle(this, () -> this.givenBack);
    private int begun;
    private boolean givenBack;
    private int ended;
    private int closedAtRest;
    private @Nullable SQLException nobodyServes;

    @Override
    public void associate(Connection handle) throws SQLException {
        if (nobodyServes != null) {
            throw nobodyServes;
        }
        begun++;
        ((ConnectionHandle) handle).associate(owner);
    }

    /** The next unit of work is on another physical connection, as if each was dealt another peer. */
    @Override
    public void rest(Connection handle) throws SQLException {
        ended++;
        owner.session().reset();
        owner = new FakeOwner(driver.connect());
    }

    @Override
    public void closed(Connection handle) {
        closedAtRest++;
    }

    /** What HikariCP does when a connection is given back to it. */
    private void giveBack() throws SQLException {
        givenBack = true;
        connection.clearWarnings();
        givenBack = false;
    }

    private void run() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    @Test
    void restsFromTheStart() {
        assertThat(begun).isZero();
        assertThat(driver.drain()).isEmpty();
    }

    @Test
    void oneUnitOfWorkLastsUntilTheConnectionIsGivenBack() throws SQLException {
        run();
        run();
        assertThat(begun).isEqualTo(1);
        giveBack();
        assertThat(ended).isEqualTo(1);
        run();
        assertThat(begun).isEqualTo(2);
    }

    @Test
    void clearingWarningsInTheMiddleEndsNothing() throws SQLException {
        run();
        connection.clearWarnings();
        assertThat(ended).isZero();
        assertThat(driver.drain()).contains("clearWarnings()");
        giveBack();
        connection.clearWarnings();
        assertThat(ended).isEqualTo(1);
        assertThat(begun).isEqualTo(1);
    }

    @Test
    void aListOfTheMetaDataThatIsLeftOpenKeepsNothing() throws SQLException {
        ResultSet left = connection.getMetaData().getTables(null, null, "%", null);
        giveBack();
        assertThat(ended).isEqualTo(1);
        assertThat(left.isClosed()).isTrue();
    }

    @Test
    void endOfRequestEndsTheUnitOfWorkOnce() throws SQLException {
        run();
        connection.endRequest();
        connection.endRequest();
        connection.beginRequest();
        assertThat(ended).isEqualTo(1);
        assertThat(begun).isEqualTo(1);
    }

    @Test
    void anOpenStatementKeepsTheUnitOfWork() throws SQLException {
        Statement statement = connection.createStatement();
        connection.endRequest();
        assertThat(ended).isZero();
        assertThat(statement.isClosed()).isFalse();
        giveBack();
        assertThat(driver.drain()).contains("clearWarnings()");
        statement.close();
        connection.endRequest();
        assertThat(ended).isEqualTo(1);
    }

    @Test
    void anOpenTransactionKeepsTheUnitOfWork() throws SQLException {
        connection.setAutoCommit(false);
        run();
        connection.endRequest();
        assertThat(ended).isZero();
        connection.commit();
        connection.endRequest();
        assertThat(ended).isEqualTo(1);
        assertThat(connection.getAutoCommit()).isFalse();
    }

    @Test
    void whatIsSetAtRestIsSetWithTheNextUseAndAgainOnTheNextPeer() throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setReadOnly(true);
        assertThat(driver.drain()).as("sent at rest").isEmpty();
        for (int i = 0; i < 2; i++) {
            run();
            assertThat(driver.drain()).containsSubsequence("setTransactionIsolation(8)", "setReadOnly(true)");
            connection.endRequest();
            assertThat(driver.drain()).as("restored").contains("setTransactionIsolation(2)", "setReadOnly(false)");
        }
        assertThat(connection.isReadOnly()).isTrue();
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
    }

    @Test
    void whatIsSetBackIsNotCarriedOn() throws SQLException {
        run();
        connection.setReadOnly(true);
        connection.setReadOnly(false);
        connection.setNetworkTimeout(Runnable::run, 5_000);
        connection.setNetworkTimeout(Runnable::run, 0);
        connection.endRequest();
        driver.drain();
        run();
        assertThat(driver.drain()).noneMatch(call -> call.startsWith("setReadOnly") || call.contains("NetworkTimeout"));
    }

    @Test
    void autoCommitIsCarriedOn() throws SQLException {
        connection.setAutoCommit(false);
        for (int i = 0; i < 2; i++) {
            run();
            assertThat(driver.drain()).contains("setAutoCommit(false)");
            connection.rollback();
            connection.endRequest();
        }
        connection.setAutoCommit(true);
        driver.drain();
        run();
        assertThat(driver.drain()).noneMatch(call -> call.startsWith("setAutoCommit"));
    }

    @Test
    void commitAndRollbackAtRestHaveNothingToDo() throws SQLException {
        connection.setAutoCommit(false);
        connection.commit();
        connection.rollback();
        assertThat(begun).isZero();
    }

    @Test
    void settingsThatJdbcDoesNotKnowAreRefusedAtOnce() {
        assertThatThrownBy(() -> connection.setTransactionIsolation(3))
                .hasMessageContaining("allowed are [1, 2, 4, 8]");
        assertThatThrownBy(() -> connection.setNetworkTimeout(Runnable::run, -1))
                .hasMessageContaining("0 or more");
    }

    /** Otherwise the statement would run as if it had never been asked for. */
    @Test
    void aSettingThatFailsFailsEachUseUntilItIsChanged() throws SQLException {
        connection.setCatalog("nowhere");
        driver.failOn("setCatalog", new SQLException("Unknown database 'nowhere'", "42000", 1049));
        assertThatThrownBy(this::run).hasMessageContaining("nowhere");
        assertThatThrownBy(this::run).hasMessageContaining("nowhere");
        driver.hook(call -> {});
        connection.setCatalog("shop");
        run();
    }

    @Test
    void validityAtRestIsWhetherAUnitOfWorkCouldBegin() throws SQLException {
        assertThat(connection.isValid(1)).isTrue();
        assertThat(begun).isEqualTo(1);
        assertThat(ended).as("it rests again").isEqualTo(1);
        assertThat(driver.drain()).doesNotContain("isValid(1)");
        nobodyServes = new SQLException("all peers are down", "08001");
        assertThat(connection.isValid(1)).isFalse();
        assertThat(connection.isClosed()).as("it may be well again").isFalse();
        assertThatThrownBy(() -> connection.isValid(-1)).isInstanceOf(SQLException.class);
    }

    @Test
    void validityWithinAUnitOfWorkIsAskedOfTheServer() throws SQLException {
        run();
        assertThat(connection.isValid(1)).isTrue();
        assertThat(driver.drain()).contains("isValid(1)");
        assertThat(ended).isZero();
    }

    @Test
    void closingOrAbortingAtRestGivesUpThePlace() throws SQLException {
        connection.close();
        connection.close();
        connection.abort(Runnable::run);
        assertThat(closedAtRest).isEqualTo(1);
        assertThat(connection.isValid(1)).isFalse();
        UnmanagedConnectionHandle other = new UnmanagedConnectionHandle(this, () -> this.givenBack);
        other.abort(Runnable::run);
        assertThat(closedAtRest).isEqualTo(2);
        assertThat(begun).isZero();
    }

    @Test
    void closingInUseTellsTheOwner() throws SQLException {
        run();
        connection.close();
        assertThat(owner.closed).containsExactly(connection);
        assertThat(closedAtRest).isZero();
        assertThatThrownBy(this::run).isInstanceOf(SQLException.class);
        assertThatThrownBy(connection::clearWarnings).as("as JDBC says").isInstanceOf(SQLException.class);
    }
}
