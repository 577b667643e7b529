/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.jdbc.UnmanagedAssociation;
import io.peerage.jdbc.UnmanagedConnectionHandle;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The manager outside a container: each request opens a connection of its own, closed with its handle. It pools
 * nothing; put a JDBC pool on top where connects cost too much: each time it lends one of our connections a unit of
 * work begins (see {@link UnmanagedConnectionHandle}). Stateless and thread-safe.
 */
final class UnmanagedConnectionManager implements ConnectionManager {

    private static final long serialVersionUID = 1;

    @Override
    public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo request)
            throws ResourceException {
        if (factory.createManagedConnection(null, request) instanceof PeerManagedConnection connection) {
            Keeper keeper = new Keeper(connection);
            connection.addConnectionEventListener(keeper);
            return new UnmanagedConnectionHandle(keeper);
        }
        throw new ResourceException("not a factory of Peerage: " + factory.getClass());
    }

    /** Ends the managed connection with its one handle, or when it is lost. */
    private record Keeper(PeerManagedConnection connection) implements UnmanagedAssociation, ConnectionEventListener {

        @Override
        public void associate(Connection handle) throws SQLException {
            try {
                connection.associateConnection(handle);
            } catch (ResourceException e) {
                throw Failures.toSql(e);
            }
        }

        @Override
        public void rest(Connection handle) throws SQLException {
            try {
                connection.rest(handle);
            } catch (ResourceException e) {
                connection.destroy();
                throw Failures.toSql(e);
            }
        }

        @Override
        public void closed(Connection handle) {
            connection.destroy();
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            connection.destroy();
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            connection.destroy();
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            // not fired: JDBC transactions begin implicitly
        }

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {
            // see above
        }

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {
            // see above
        }
    }
}
