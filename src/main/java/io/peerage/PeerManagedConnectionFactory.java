/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.config.BadSettingException;
import io.peerage.config.ConfigurationBean;
import io.peerage.connect.AllPeersDownException;
import io.peerage.connect.ConnectionSlot;
import io.peerage.connect.ConnectionSlots;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.peer.Peer;
import io.peerage.peer.Unforeseen;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Makes managed connections, each to a peer drawn at random, and the {@link PeerDataSource} applications use. Its
 * properties are those of {@link io.peerage.config.Setting}.
 *
 * <p>Thread-safe once configured (Jakarta Connectors 2.1, "ManagedConnectionFactory").
 */
public class PeerManagedConnectionFactory extends ConfigurationBean
        implements ManagedConnectionFactory, ValidatingManagedConnectionFactory, ResourceAdapterAssociation {

    private static final long serialVersionUID = 1;

    private transient volatile @Nullable PrintWriter logWriter;
    private transient volatile @Nullable PeerResourceAdapter adapter;

    @Override
    public PeerDataSource createConnectionFactory(ConnectionManager manager) {
        return new PeerDataSource(this, manager);
    }

    /** Returns a DataSource for use outside a container, which pools nothing. */
    @Override
    public PeerDataSource createConnectionFactory() {
        return new PeerDataSource(this, new UnmanagedConnectionManager());
    }

    /**
     * Opens a connection to a peer drawn at random among those that own the fewest. A transaction manager's recovery
     * passes no request (Jakarta Connectors 2.1, "Requirement for XA Recovery").
     *
     * @throws InvalidPropertyException if a setting is wrong; the message names it, its value and what is allowed
     * @throws ResourceException if no peer could be connected to
     */
    @Override
    public ManagedConnection createManagedConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        Credentials credentials = SecurityContext.credentials(this, subject, request);
        SharedGroup shared = group();
        ConnectionSlots slots = shared.live().slots();
        ConnectionSlot slot = null;
        try {
            slot = slots.open(credentials);
            return request instanceof ConnectionRequest ours && ours.home() != null
                    ? new DissociatableConnection(this, shared, slot)
                    : new PeerManagedConnection(this, shared, slot);
        } catch (SQLException | RuntimeException | Error e) {
            if (slot != null) {
                slots.leave(slot);
            }
            if (e instanceof Error error) {
                throw error;
            }
            throw Failures.toResource(Unforeseen.of(e));
        }
    }

    /**
     * Returns a connection of ours with the asked-for credentials, or null if there is none. Never null for being
     * unhealthy: TomEE takes that for an error, and the boundary replaces what is dead.
     */
    @Override
    @SuppressWarnings("rawtypes") // the specification's signature
    public @Nullable ManagedConnection matchManagedConnections(
            Set candidates, @Nullable Subject subject, @Nullable ConnectionRequestInfo request) {
        Credentials credentials = SecurityContext.credentials(this, subject, request);
        for (Object candidate : candidates) {
            if (candidate instanceof PeerManagedConnection ours && ours.serves(this, credentials)) {
                return ours;
            }
        }
        return null;
    }

    /** Returns those that were lost, without asking a server: what only sits on a dead peer is replaced at its boundary. */
    @Override
    @SuppressWarnings("rawtypes") // the specification's signature
    public Set<Object> getInvalidConnections(Set candidates) {
        Set<Object> invalid = new HashSet<>();
        for (Object candidate : candidates) {
            if (candidate instanceof PeerManagedConnection ours && ours.isLost()) {
                invalid.add(ours);
            }
        }
        return invalid;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter writer) {
        this.logWriter = writer;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    /** @throws ResourceException if it is called twice, or with another's adapter (Jakarta Connectors 2.1, "ResourceAdapterAssociation") */
    @Override
    public synchronized void setResourceAdapter(ResourceAdapter adapter) throws ResourceException {
        if (!(adapter instanceof PeerResourceAdapter ours)) {
            throw new ResourceAdapterInternalException("not an adapter of Peerage: " + adapter);
        }
        if (this.adapter != null) {
            throw new jakarta.resource.spi.IllegalStateException("this factory belongs to an adapter already");
        }
        this.adapter = ours;
    }

    /**
     * Returns what an operator sees of the peers, and does to them.
     *
     * @throws SQLException if a setting is wrong
     */
    PeerControl control() throws SQLException {
        try {
            SharedGroup shared = group();
            shared.live().background().catchUp();
            return new PeerControl(shared);
        } catch (ResourceException e) {
            throw Failures.toSql(e);
        }
    }

    /**
     * Returns what to throw to an application for a failure that came through the container. Containers swallow what
     * {@code XAResource.start} met (Payara and GlassFish answer with a bare SystemException): while no peer can serve
     * that is the reason, and is told in full all the same.
     */
    SQLException failure(ResourceException fromContainer) {
        SQLException failure = Failures.toSql(fromContainer);
        if (!Failures.hasReason(fromContainer)) {
            try {
                LiveGroup group = group().live();
                if (group.peers().draw() == null) {
                    List<Peer> peers = group.peers().peers();
                    SQLException picture = AllPeersDownException.of(
                            group.name(), peers, Map.of(), group.ticker().nanos(), 0);
                    picture.initCause(fromContainer);
                    return picture;
                }
            } catch (ResourceException wrongSetting) {
                failure.addSuppressed(wrongSetting);
            }
        }
        return failure;
    }

    /** @throws SQLException if a setting is wrong */
    int loginTimeoutSeconds() throws SQLException {
        try {
            return (acquireTimeoutMillis() + 999) / 1000;
        } catch (BadSettingException e) {
            throw Failures.toSql(new InvalidPropertyException(e.getMessage(), e));
        }
    }

    private SharedGroup group() throws ResourceException {
        try {
            return adapter().group(this);
        } catch (BadSettingException e) {
            throw new InvalidPropertyException(e.getMessage(), e);
        }
    }

    /** Outside a container nobody hands a factory its adapter, so it gets one of its own. */
    private synchronized PeerResourceAdapter adapter() {
        PeerResourceAdapter owner = adapter;
        if (owner == null) {
            owner = new PeerResourceAdapter();
            adapter = owner;
        }
        return owner;
    }

    /** Equal when every property is (Jakarta Connectors 2.1, "Equality Constraints"): containers key their pools by it. */
    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
