/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import io.peerage.jdbc.LazyAssociation;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.LazyAssociatableConnectionManager;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The lazy association of Open Liberty and WebSphere (Jakarta Connectors 2.1, "Lazy Connection Association
 * Optimization"). They take a connection from its handle where a transaction begins or ends, and only a handle that
 * finds another one by itself takes part in a transaction that begins after it was opened.
 *
 * <p>Of no other container this is used, though some offer it: WildFly takes connections away from threads at work as
 * soon as its pool is at its limit. Immutable.
 */
record ManagedAssociation(LazyAssociatableConnectionManager manager, AssociatedFactory factory, Credentials credentials)
        implements LazyAssociation {

    private static final String IBM = "com.ibm.";

    /** Returns how handles that {@code manager} gives out find another managed connection, or null if they do not. */
    static @Nullable LazyAssociation of(ConnectionManager manager, AssociatedFactory factory, Credentials credentials) {
        return manager instanceof LazyAssociatableConnectionManager lazy
                        && manager.getClass().getName().startsWith(IBM)
                ? new ManagedAssociation(lazy, factory, credentials)
                : null;
    }

    @Override
    public void associate(Connection handle) throws SQLException {
        try {
            manager.associateConnection(handle, factory, new ConnectionRequest(credentials, this));
        } catch (ResourceException e) {
            throw factory.failure(e);
        }
    }

    @Override
    public void closed(Connection handle) {
        manager.inactiveConnectionClosed(handle, factory);
    }
}
