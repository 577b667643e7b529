/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;
import io.peerage.local.LocalPeer;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.jca.common.api.metadata.common.FlushStrategy;
import org.jboss.jca.core.api.connectionmanager.pool.PoolConfiguration;
import org.jboss.jca.core.connectionmanager.ConnectionManagerFactory;
import org.jboss.jca.core.connectionmanager.TxConnectionManager;
import org.jboss.jca.core.connectionmanager.pool.api.Pool;
import org.jboss.jca.core.connectionmanager.pool.api.PoolFactory;
import org.jboss.jca.core.connectionmanager.pool.api.PoolStrategy;
import org.jboss.jca.core.recovery.DefaultRecoveryPlugin;
import org.jboss.jca.core.spi.transaction.TransactionIntegration;
import org.jboss.jca.core.spi.transaction.recovery.XAResourceRecovery;
import org.jboss.jca.core.tx.jbossts.TransactionIntegrationImpl;

/** WildFly's container: IronJacamar over Narayana, validating on match. */
final class IronJacamarContainer implements ForeignContainer {

    private static final String LOCK_FREE =
            "org.jboss.jca.core.connectionmanager.pool.mcp.SemaphoreConcurrentLinkedDequeManagedConnectionPool";

    private final Narayana narayana;
    private final TransactionIntegration integration;
    private final Map<String, Entry> pools = new LinkedHashMap<>();

    private record Entry(Pool pool, XAResourceRecovery recovery) {}

    /** @param directory where the first container of this JVM has Narayana, which knows only one, write its log */
    IronJacamarContainer(Path directory) {
        narayana = Narayana.in(directory);
        integration = new TransactionIntegrationImpl(
                narayana.transactionManager(), narayana.synchronizationRegistry(), null, null, narayana);
    }

    @Override
    public PeerDataSource pool(String name, PeerManagedConnectionFactory factory, int size) throws Exception {
        PoolConfiguration configuration = new PoolConfiguration();
        configuration.setMinSize(0);
        configuration.setMaxSize(size);
        configuration.setBlockingTimeout(5_000);
        configuration.setValidateOnMatch(true);
        Pool pool = new PoolFactory().create(PoolStrategy.ONE_POOL, factory, configuration, false, true, LOCK_FREE);
        TxConnectionManager connections = new ConnectionManagerFactory()
                .createTransactional(
                        TransactionSupportLevel.XATransaction,
                        pool,
                        null,
                        null,
                        false,
                        null,
                        true,
                        true,
                        false,
                        null,
                        null,
                        FlushStrategy.FAILING_CONNECTION_ONLY,
                        null,
                        null,
                        integration,
                        false,
                        null,
                        null,
                        true,
                        false);
        connections.setJndiName(name);
        pool.setName(name);
        pools.put(name, new Entry(pool, recovery(name, factory)));
        return factory.createConnectionFactory(connections);
    }

    private XAResourceRecovery recovery(String name, PeerManagedConnectionFactory factory) throws Exception {
        XAResourceRecovery recovery = integration.createXAResourceRecovery(
                factory,
                false,
                null,
                true,
                LocalPeer.USER,
                LocalPeer.PASSWORD,
                null,
                null,
                new DefaultRecoveryPlugin(),
                null);
        recovery.setJndiName(name);
        recovery.initialize();
        integration.getRecoveryRegistry().addXAResourceRecovery(recovery);
        return recovery;
    }

    @Override
    public int size(String name) {
        Entry entry = pools.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(name);
        }
        return entry.pool().getStatistics().getActiveCount();
    }

    @Override
    public TransactionManager transactionManager() {
        return narayana.transactionManager();
    }

    /** Narayana does nothing else after a restart than it does every two minutes. */
    @Override
    public void recover() {
        for (Entry entry : pools.values()) {
            entry.pool().flush();
        }
        narayana.scan();
    }

    @Override
    public void close() throws Exception {
        for (Entry entry : pools.values()) {
            integration.getRecoveryRegistry().removeXAResourceRecovery(entry.recovery());
            entry.recovery().shutdown();
            entry.pool().shutdown();
        }
    }
}
