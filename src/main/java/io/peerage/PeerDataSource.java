/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.Credentials;
import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import java.io.PrintWriter;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.logging.Logger;
import javax.naming.Reference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What applications look up: one {@link DataSource} over all the peers.
 *
 * <p>Thread-safe.
 */
public class PeerDataSource implements DataSource, Serializable, Referenceable {

    private static final long serialVersionUID = 1;

    private final AssociatedFactory factory;
    private final ConnectionManager manager;
    private @Nullable Reference reference;

    PeerDataSource(AssociatedFactory factory, ConnectionManager manager) {
        this.factory = factory;
        this.manager = manager;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return allocate(Credentials.CONFIGURED);
    }

    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password) throws SQLException {
        return allocate(Credentials.of(user, password));
    }

    private Connection allocate(Credentials credentials) throws SQLException {
        try {
            ConnectionRequest request =
                    new ConnectionRequest(credentials, ManagedAssociation.of(manager, factory, credentials));
            return (Connection) manager.allocateConnection(factory, request);
        } catch (ResourceException e) {
            throw factory.failure(e);
        }
    }

    /**
     * Returns what each peer is like now, in the order of the configuration.
     *
     * @throws SQLException if the configuration is wrong
     */
    public List<PeerStatus> peers() throws SQLException {
        return factory.control().peers();
    }

    /**
     * Returns the factory's {@code AcquireTimeoutMillis} in seconds, rounded up. HikariCP waits as long for a
     * connection that is being opened when it is closed; told 0, it left that one open.
     *
     * @throws SQLException if a setting is wrong
     */
    @Override
    public int getLoginTimeout() throws SQLException {
        return factory.loginTimeoutSeconds();
    }

    /**
     * Accepts only 0.
     *
     * @throws SQLException for any other value: it would change the pool for every application
     */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        if (seconds != 0) {
            throw new SQLFeatureNotSupportedException("setLoginTimeout(" + seconds
                    + ") is not supported: set the pool's property AcquireTimeoutMillis instead");
        }
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return factory.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter writer) {
        factory.setLogWriter(writer);
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("io.peerage");
    }

    /** Returns this as its own class, or the {@link PeerControl} of its peers. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        if (type == PeerControl.class) {
            return type.cast(factory.control());
        }
        throw new SQLException("a " + getClass().getName() + " is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this) || type == PeerControl.class;
    }

    @Override
    public void setReference(Reference reference) {
        this.reference = reference;
    }

    @Override
    public @Nullable Reference getReference() {
        return reference;
    }
}
