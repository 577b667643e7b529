/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;
import jakarta.transaction.TransactionManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.geronimo.connector.outbound.GenericConnectionManager;
import org.apache.geronimo.connector.outbound.connectionmanagerconfig.SinglePool;
import org.apache.geronimo.connector.outbound.connectionmanagerconfig.XATransactions;
import org.apache.geronimo.connector.outbound.connectiontracking.ConnectionTrackingCoordinator;
import org.apache.geronimo.transaction.log.HOWLLog;
import org.apache.geronimo.transaction.manager.GeronimoTransactionManager;
import org.apache.geronimo.transaction.manager.XidFactory;
import org.apache.geronimo.transaction.manager.XidFactoryImpl;

/** TomEE's container: geronimo-connector over its transaction manager with the HOWL log. */
final class GeronimoContainer implements ForeignContainer {

    private static final int TIMEOUT_SECONDS = 60;

    private final Path directory;
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private XidFactory xids = xids();
    private HOWLLog log;
    private GeronimoTransactionManager manager;

    private record Pool(
            PeerManagedConnectionFactory factory, SinglePool pooling, GenericConnectionManager connections) {}

    /** @param directory where the log lies */
    GeronimoContainer(Path directory) throws Exception {
        this.directory = directory;
        this.log = openLog(directory, xids);
        this.manager = new GeronimoTransactionManager(TIMEOUT_SECONDS, xids, log);
    }

    /** Branches count as left behind only for a factory made later than they were. */
    private static XidFactory xids() {
        return new XidFactoryImpl("peerage-tests".getBytes(StandardCharsets.US_ASCII));
    }

    private static HOWLLog openLog(Path directory, XidFactory xids) throws Exception {
        HOWLLog log = new HOWLLog(
                "org.objectweb.howl.log.BlockLogBuffer",
                4,
                true,
                true,
                50,
                directory.toString(),
                "log",
                "transactions",
                -1,
                0,
                2,
                4,
                -1,
                xids,
                directory.toFile());
        log.doStart();
        return log;
    }

    @Override
    public PeerDataSource pool(String name, PeerManagedConnectionFactory factory, int size) throws Exception {
        return pool(name, factory, new SinglePool(size, 0, 5_000, 15, true, false, false));
    }

    /** As TomEE makes it with AllConnectionsEqual=false: the factory chooses among the connections at rest. */
    PeerDataSource matchingPool(String name, PeerManagedConnectionFactory factory, int size) throws Exception {
        return pool(name, factory, new SinglePool(size, 0, 5_000, 15, false, true, false));
    }

    private PeerDataSource pool(String name, PeerManagedConnectionFactory factory, SinglePool pooling)
            throws Exception {
        Pool pool = new Pool(factory, pooling, connections(name, factory, pooling));
        pools.put(name, pool);
        return (PeerDataSource) pool.connections().createConnectionFactory();
    }

    private GenericConnectionManager connections(
            String name, PeerManagedConnectionFactory factory, SinglePool pooling) {
        return new GenericConnectionManager(
                new XATransactions(true, false),
                pooling,
                null,
                new ConnectionTrackingCoordinator(),
                manager,
                factory,
                name,
                GeronimoContainer.class.getClassLoader());
    }

    @Override
    public int size(String name) {
        return pool(name).connections().getConnectionCount();
    }

    private Pool pool(String name) {
        Pool pool = pools.get(name);
        if (pool == null) {
            throw new IllegalArgumentException(name);
        }
        return pool;
    }

    @Override
    public TransactionManager transactionManager() {
        return manager;
    }

    /** As TomEE starts: a new transaction manager reads the log that the dead one left, then each pool is recovered. */
    @Override
    public void recover() throws Exception {
        stopPools();
        log.doStop();
        xids = xids();
        log = openLog(directory, xids);
        manager = new GeronimoTransactionManager(TIMEOUT_SECONDS, xids, log);
        for (Map.Entry<String, Pool> each : Map.copyOf(pools).entrySet()) {
            Pool dead = each.getValue();
            Pool pool = new Pool(
                    dead.factory(), dead.pooling(), connections(each.getKey(), dead.factory(), dead.pooling()));
            pools.put(each.getKey(), pool);
            pool.connections().doRecovery();
        }
    }

    private void stopPools() throws Exception {
        for (Pool pool : pools.values()) {
            pool.connections().doStop();
        }
    }

    @Override
    public void close() throws Exception {
        stopPools();
        log.doStop();
    }
}
