/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.connect.ConnectionSlot;
import io.peerage.connect.ConnectionSlots;
import io.peerage.connect.Credentials;
import io.peerage.peer.Unforeseen;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Makes managed connections, each to a peer drawn at random, and the {@link PeerDataSource} applications use. Its
 * properties are those of {@link io.peerage.config.Setting}.
 *
 * <p>Equal when every property is (Jakarta Connectors 2.1, "Equality Constraints"): containers key their pools by it.
 * Thread-safe once configured (Jakarta Connectors 2.1, "ManagedConnectionFactory").
 */
public class PeerManagedConnectionFactory extends AssociatedFactory implements ValidatingManagedConnectionFactory {

    private static final long serialVersionUID = 1;

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
            if (candidate instanceof PeerManagedConnection ours && ours.slot().isLost()) {
                invalid.add(ours);
            }
        }
        return invalid;
    }
}
