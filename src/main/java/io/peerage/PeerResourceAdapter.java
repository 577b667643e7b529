/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.config.Configuration;
import io.peerage.config.ConfigurationBean;
import io.peerage.config.Settings;
import io.peerage.connect.DriverThreads;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.SchedulerThreads;
import io.peerage.net.Resolver;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Ticker;
import io.peerage.xa.Recovery;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The deployed adapter: owns the peer groups of all its pools, one for each distinct configuration, and the threads
 * that check them.
 *
 * <p>Thread-safe. Starting never touches a database, so that a server starts, and its console works, while every
 * database is down. WildFly sets up factories before it calls {@link #start}, Payara after, so groups are made on first
 * use (Jakarta Connectors 2.1, "Lifecycle Management").
 */
public class PeerResourceAdapter implements ResourceAdapter, Serializable {

    private static final long serialVersionUID = 1;
    private static final XAResource[] NO_RESOURCES = {};

    /** Guarded by {@code this}, like {@link #groups}; null until the first group and after {@link #stop}. */
    private transient @Nullable SchedulerThreads threads;

    private transient @Nullable Map<Object, SharedGroup> groups;

    @Override
    public void start(BootstrapContext context) {
        // nothing to do before the first pool
    }

    /** Ends every check and every thread, the driver's own included. Connections are the container's to close. */
    @Override
    public synchronized void stop() {
        if (groups != null) {
            for (SharedGroup group : groups.values()) {
                group.live().background().stop();
                group.endDriverThreads().run();
            }
            groups = null;
        }
        if (threads != null) {
            threads.close();
            threads = null;
        }
    }

    /**
     * Returns the one group of pools that are configured like {@code bean}.
     *
     * @throws io.peerage.config.BadSettingException if the configuration is wrong
     */
    synchronized SharedGroup group(ConfigurationBean bean) {
        if (groups == null) {
            groups = new HashMap<>();
        }
        Object key = bean.groupKey();
        SharedGroup group = groups.get(key);
        if (group == null) {
            Configuration configuration = bean.configuration();
            Settings settings = configuration.settings();
            if (threads == null) {
                threads = new SchedulerThreads();
            }
            ClassLoader loader = PeerResourceAdapter.class.getClassLoader();
            LiveGroup live = LiveGroup.of(
                    configuration, loader, Resolver.system(), threads, Ticker.system(), RandomSource.threadLocal());
            group = new SharedGroup(
                    live,
                    new Recovery(settings, live),
                    DriverThreads.end(settings.driver(), loader),
                    settings.twoPhaseCommit());
            groups.put(key, group);
        }
        return group;
    }

    /** Not supported: this adapter is outbound only. */
    @Override
    public void endpointActivation(MessageEndpointFactory endpoint, ActivationSpec spec) throws ResourceException {
        throw new NotSupportedException("Peerage delivers no messages: it has no inbound side");
    }

    /** Does nothing: no endpoint can have been activated. */
    @Override
    public void endpointDeactivation(MessageEndpointFactory endpoint, ActivationSpec spec) {
        // see endpointActivation
    }

    /** Returns nothing: only inbound resources are recovered this way. */
    @Override
    public XAResource[] getXAResources(ActivationSpec[] specs) {
        return NO_RESOURCES;
    }

    /** All adapters are alike: they have no properties (Jakarta Connectors 2.1, "Equality Constraints"). */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PeerResourceAdapter;
    }

    @Override
    public int hashCode() {
        return PeerResourceAdapter.class.hashCode();
    }
}
