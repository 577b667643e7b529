/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.connect.Credentials;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.SecurityException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** The life of a managed connection between its container and its handles (Jakarta Connectors 2.1). */
class ManagedConnectionTest extends ManagedConnectionCase {

    private static ConnectionRequestInfo request(String user, String password) {
        return new ConnectionRequest(Credentials.of(user, password));
    }

    private int connections() throws SQLException {
        return factory.createConnectionFactory().peers().get(0).connections();
    }

    @Test
    void cleanupEndsEveryHandleAndKeepsTheWire() throws Exception {
        Connection first = handle();
        Connection second = handle();
        Statement open = second.createStatement();

        managed.cleanup();

        assertThat(first.isClosed()).isTrue();
        assertThat(second.isClosed()).isTrue();
        assertThatThrownBy(() -> open.execute("SELECT 1"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
        assertThat(wire.isClosed()).isFalse();
        assertThat(wire.drain()).containsExactly("closeStatement()");
        run(handle());
        assertThat(server.connections()).hasSize(1);
    }

    @Test
    void cleanupRollsBackAndRestores() throws Exception {
        Connection connection = handle();
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setAutoCommit(false);
        run(connection);
        wire.drain();

        managed.cleanup();

        assertThat(wire.drain())
                .containsSubsequence(
                        "rollback()", "setTransactionIsolation(" + Connection.TRANSACTION_READ_COMMITTED + ")");
        assertThat(handle().getAutoCommit()).isTrue();
    }

    @Test
    void cleanupTwiceSendsNothingTheSecondTime() throws Exception {
        run(handle());
        managed.cleanup();
        wire.drain();
        managed.cleanup();
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void cleanupThatCannotRestoreSaysSo() throws Exception {
        Connection connection = handle();
        connection.setAutoCommit(false);
        run(connection);
        server.failOn("rollback", new SQLException("rollback failed", "HY000"));
        assertThatThrownBy(managed::cleanup)
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("rollback failed");
    }

    @Test
    void destroyClosesTheWireOnceAndSendsNothingElse() throws Exception {
        Connection connection = handle();
        Statement statement = connection.createStatement();
        assertThat(statement.execute("SELECT 1")).isTrue();
        wire.drain();

        managed.destroy();
        managed.destroy();

        assertThat(wire.drain()).containsExactly("close()");
        assertThat(connection.isClosed()).isTrue();
        statement.close();
        assertThat(connections()).isZero();
        assertThatThrownBy(this::handle).isInstanceOf(ResourceException.class);
    }

    /** TomEE returns to its pool what is cleaned up without a word, destroyed or not. */
    @Test
    void aDestroyedConnectionCannotBeGivenBack() throws Exception {
        Connection connection = handle();
        managed.destroy();
        wire.drain();

        assertThatThrownBy(managed::cleanup)
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("destroyed");

        managed.destroy();
        assertThat(wire.drain()).isEmpty();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aDestroyedConnectionHasNoMetaDataButSaysSo() throws Exception {
        managed.destroy();
        assertThatThrownBy(managed::getMetaData).isInstanceOf(ResourceException.class);
    }

    @Test
    void otherCredentialsAreRefused() {
        assertThatThrownBy(() -> managed.getConnection(null, request("other", "other-secret")))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("other")
                .hasMessageNotContaining("other-secret");
    }

    @Test
    void anotherPasswordOfTheSameUserIsRefusedToo() throws Exception {
        ManagedConnection own = factory.createManagedConnection(null, request("eve", "one-secret"));
        assertThat(own.getConnection(null, request("eve", "one-secret"))).isInstanceOf(Connection.class);
        assertThatThrownBy(() -> own.getConnection(null, request("eve", "two-secret")))
                .isInstanceOf(SecurityException.class)
                .hasMessageNotContaining("secret");
        own.destroy();
    }

    @Test
    void aHandleMovesToAnotherConnectionWithoutItsStatements() throws Exception {
        ManagedConnection other = factory.createManagedConnection(null, null);
        Connection connection = handle();
        Statement left = connection.createStatement();

        other.associateConnection(connection);

        assertThatThrownBy(() -> left.execute("SELECT 1")).isInstanceOf(SQLException.class);
        assertThat(wire.drain()).containsExactly("closeStatement()");
        managed.cleanup();
        assertThat(connection.isClosed()).as("it belongs to the other now").isFalse();
        run(connection);
        assertThat(wire.drain()).isEmpty();
        assertThat(server.connections().get(1).drain()).contains("execute(SELECT 1)");
        RecordedEvents events = new RecordedEvents();
        other.addConnectionEventListener(events);
        connection.close();
        assertThat(events.closed)
                .singleElement()
                .satisfies(event -> assertThat(event.getSource()).isSameAs(other));
        other.destroy();
    }

    /** Payara moves a handle to its transaction's connection and back again: facts/app-servers.md 2.1. */
    @Test
    void aHandleMovesBack() throws Exception {
        ManagedConnection other = factory.createManagedConnection(null, null);
        Connection connection = handle();
        other.associateConnection(connection);
        managed.associateConnection(connection);
        other.cleanup();
        run(connection);
        assertThat(wire.drain()).contains("execute(SELECT 1)");
        other.destroy();
    }

    @Test
    void associatingAHandleWhereItIsChangesNothing() throws Exception {
        Connection connection = handle();
        try (Statement statement = connection.createStatement()) {
            managed.associateConnection(connection);
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
        managed.cleanup();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void onlyLiveHandlesOfOursCanBeAssociated() throws Exception {
        assertThatThrownBy(() -> managed.associateConnection("no handle")).isInstanceOf(ResourceException.class);
        Connection closed = handle();
        closed.close();
        assertThatThrownBy(() -> managed.associateConnection(closed)).isInstanceOf(ResourceException.class);
    }

    @Test
    void theXaResourceIsOneObjectForLife() throws Exception {
        XAResource resource = managed.getXAResource();
        handle();
        managed.cleanup();
        assertThat(managed.getXAResource()).isSameAs(resource);
        assertThat(resource.isSameRM(resource)).isTrue();
        ManagedConnection other = factory.createManagedConnection(null, null);
        assertThat(resource.isSameRM(other.getXAResource())).isFalse();
        assertThat(resource).isNotEqualTo(other.getXAResource());
        assertThat(managed.getLocalTransaction()).isSameAs(managed.getLocalTransaction());
        other.destroy();
        managed.destroy();
        assertThat(managed.getXAResource()).isSameAs(resource);
    }

    @Test
    void connectionsAreEqualByIdentity() throws Exception {
        ManagedConnection other = factory.createManagedConnection(null, null);
        assertThat(managed).isNotEqualTo(other);
        assertThat(managed.hashCode()).isEqualTo(System.identityHashCode(managed));
        other.destroy();
    }

    @Test
    void metaDataNamesProductAndUser() throws Exception {
        ManagedConnectionMetaData metaData = managed.getMetaData();
        assertThat(metaData.getEISProductName()).isEqualTo("Scripted");
        assertThat(metaData.getEISProductVersion()).isEqualTo("1.0");
        assertThat(metaData.getUserName()).isEqualTo("app");
        assertThat(metaData.getMaxConnections()).isZero();
    }

    /** WildFly asks for each connection it makes, and Connector/J would send SELECT USER(). */
    @Test
    void metaDataCostsNoStatementForTheUserAndIsReadOnce() throws Exception {
        managed.getMetaData();
        assertThat(wire.drain()).doesNotContain("getUserName()");
        managed.getMetaData();
        assertThat(wire.drain()).isEmpty();
    }

    /** WildFly asks right after creation and pools the connection then, where it must rest: facts/app-servers.md 2.3. */
    @Test
    void askingForMetaDataBeginsNoUnitOfWorkThatLasts() throws Exception {
        managed.getMetaData();
        assertThat(((PeerManagedConnection) managed).slot().serving()).isNull();

        Connection connection = handle();
        managed.getMetaData();
        run(connection);
    }

    @Test
    void theLogWriterIsInheritedAtCreation() throws Exception {
        PrintWriter first = new PrintWriter(new StringWriter());
        assertThat(managed.getLogWriter()).isNull();
        factory.setLogWriter(first);
        assertThat(managed.getLogWriter()).isNull();
        ManagedConnection other = factory.createManagedConnection(null, null);
        assertThat(other.getLogWriter()).isSameAs(first);
        other.setLogWriter(null);
        assertThat(other.getLogWriter()).isNull();
        assertThat(factory.getLogWriter()).isSameAs(first);
        other.destroy();
    }
}
