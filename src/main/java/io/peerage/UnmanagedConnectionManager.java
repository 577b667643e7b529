/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;

/**
 * The manager outside a container: each request opens a connection of its own, closed with its handle. It pools nothing;
 * put a JDBC pool on top where connects cost too much. Stateless and thread-safe.
 */
final class UnmanagedConnectionManager implements ConnectionManager {

    private static final long serialVersionUID = 1;

    @Override
    public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo request)
            throws ResourceException {
        ManagedConnection connection = factory.createManagedConnection(null, request);
        connection.addConnectionEventListener(new Ending(connection));
        try {
            return connection.getConnection(null, request);
        } catch (ResourceException | RuntimeException e) {
            connection.destroy();
            throw e;
        }
    }

    /** Ends the managed connection with its one handle, or when it is lost. */
    private record Ending(ManagedConnection connection) implements ConnectionEventListener {

        @Override
        public void connectionClosed(ConnectionEvent event) {
            destroy();
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            destroy();
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

        private void destroy() {
            try {
                connection.destroy();
            } catch (ResourceException e) {
                throw new IllegalStateException("destroying a managed connection of ours never fails", e);
            }
        }
    }
}
