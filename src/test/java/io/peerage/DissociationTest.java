/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.connect.Credentials;
import io.peerage.jdbc.LazyAssociation;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.DissociatableManagedConnection;
import jakarta.resource.spi.LazyAssociatableConnectionManager;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Open Liberty takes the connection from an open handle, which finds another one. Simulated here; {@code
 * OpenLibertyQuirksIT} asks the server itself.
 */
class DissociationTest {

    private final ScriptedServer server = new ScriptedServer();
    private final PeerManagedConnectionFactory factory = server.factory();
    private final Home home = new Home();
    private final ConnectionRequest request = new ConnectionRequest(Credentials.CONFIGURED, home);
    private ManagedConnection first;
    private ManagedConnection second;

    @BeforeEach
    void make() throws ResourceException {
        first = factory.createManagedConnection(null, request);
        second = factory.createManagedConnection(null, request);
        home.ready.add(second);
    }

    @AfterEach
    void end() throws ResourceException {
        first.destroy();
        second.destroy();
        server.close();
    }

    private Connection handle() throws ResourceException {
        return (Connection) first.getConnection(null, request);
    }

    /** As Open Liberty does where a transaction begins or ends. */
    private void takeAway() throws ResourceException {
        ((DissociatableManagedConnection) first).dissociateConnections();
        first.cleanup();
    }

    private static void run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    @Test
    void theHandleFindsAnotherConnection() throws Exception {
        Connection connection = handle();
        Statement statement = connection.createStatement();
        server.connections().get(1).drain();

        takeAway();

        assertThat(connection.isClosed()).isFalse();
        assertThat(statement.isClosed()).isTrue();
        run(connection);
        assertThat(server.connections().get(1).drain()).contains("execute(SELECT 1)");
        RecordedEvents events = new RecordedEvents();
        second.addConnectionEventListener(events);
        connection.close();
        assertThat(events.closed).hasSize(1);
    }

    @Test
    void whoClosesItMeanwhileIsHeard() throws Exception {
        Connection connection = handle();
        takeAway();
        connection.close();
        assertThat(home.closed).isEqualTo(1);
        assertThatThrownBy(() -> run(connection))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
    }

    /** In another place it would not be there any more, and nobody would know. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereSomethingWasSetTheHandleEnds(boolean level) throws Exception {
        Connection connection = handle();
        if (level) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        } else {
            connection.setAutoCommit(false);
        }
        takeAway();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void onALostConnectionTheHandleEnds() throws Exception {
        Connection connection = handle();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
        server.mend("execute");
        takeAway();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aHandleThatCannotFindAnotherEnds() throws Exception {
        Connection connection = (Connection) first.getConnection(null, null);
        takeAway();
        assertThat(connection.isClosed()).isTrue();
    }

    /** WildFly's offers it as well, and would use it against threads at work. */
    @Test
    void noOtherContainerSeesIt() throws Exception {
        ManagedConnection plain = factory.createManagedConnection(null, new ConnectionRequest(Credentials.CONFIGURED));
        assertThat(plain).isNotInstanceOf(DissociatableManagedConnection.class);
        plain.destroy();
        assertThat(ManagedAssociation.of(new OtherLazyManager(), factory, Credentials.CONFIGURED))
                .isNull();
    }

    @Test
    void requestsAreEqualByCredentials() {
        assertThat(request)
                .isEqualTo(new ConnectionRequest(Credentials.CONFIGURED))
                .hasSameHashCodeAs(new ConnectionRequest(Credentials.CONFIGURED))
                .isNotEqualTo(new ConnectionRequest(Credentials.of("eve", "x"), home));
    }

    /** A container that has another connection ready. */
    private static final class Home implements LazyAssociation {

        private final Deque<ManagedConnection> ready = new ArrayDeque<>();
        private int closed;

        @Override
        public void associate(Connection handle) throws SQLException {
            try {
                ready.remove().associateConnection(handle);
            } catch (ResourceException e) {
                throw new SQLException(e);
            }
        }

        @Override
        public void closed(Connection handle) {
            closed++;
        }
    }

    private static final class OtherLazyManager implements ConnectionManager, LazyAssociatableConnectionManager {

        private static final long serialVersionUID = 1;

        @Override
        public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo request) {
            throw new AssertionError("nobody asks");
        }

        @Override
        public void associateConnection(
                Object connection, ManagedConnectionFactory factory, ConnectionRequestInfo request) {
            throw new AssertionError("nobody asks");
        }

        @Override
        public void inactiveConnectionClosed(Object connection, ManagedConnectionFactory factory) {
            throw new AssertionError("nobody asks");
        }
    }
}
