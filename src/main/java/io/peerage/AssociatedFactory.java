/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.config.BadSettingException;
import io.peerage.config.ConfigurationBean;
import io.peerage.connect.AllPeersDownException;
import io.peerage.connect.LiveGroup;
import io.peerage.peer.Peer;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A factory as what it makes sees it: its settings, the adapter it belongs to, and the group of peers it shares there
 * with all factories that have the same settings.
 *
 * <p>Thread-safe once configured.
 */
public abstract class AssociatedFactory extends ConfigurationBean
        implements ManagedConnectionFactory, ResourceAdapterAssociation {

    private static final long serialVersionUID = 1;

    private transient volatile @Nullable PrintWriter logWriter;
    private transient volatile @Nullable PeerResourceAdapter adapter;

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

    /**
     * @throws ResourceException if it is called twice, or with another's adapter (Jakarta Connectors 2.1,
     * "ResourceAdapterAssociation")
     */
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

    final SharedGroup group() throws ResourceException {
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
}
