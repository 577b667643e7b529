/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalCluster;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;

/** Pools on clusters, and what their tests ask of them. Stateless. */
final class ClusterPools {

    private ClusterPools() {}

    /** Returns the factory of a pool on all members, which checks them each second and gives up a request after five. */
    static PeerManagedConnectionFactory factory(LocalCluster cluster) {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setPeers(cluster.setting());
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setPassword(LocalPeer.PASSWORD);
        factory.setCheckIntervalSeconds(1);
        factory.setConnectTimeoutMillis(2_000);
        factory.setAcquireTimeoutMillis(5_000);
        factory.setHungAfterMillis(1_000);
        factory.setRebalancePerSecond(10);
        return factory;
    }

    /** Waits until all members have the table that {@link OwnRows#prepare} has made on one of them, and it is empty. */
    static void awaitTable(LocalCluster cluster) throws Exception {
        for (LocalPeer peer : cluster.peers()) {
            Patience.await(
                    "the table on " + peer,
                    () -> peer.execute(
                                            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'own'")
                                    .equals("1")
                            && peer.execute("SELECT COUNT(*) FROM shop.own").equals("0"));
        }
    }

    /** Returns the peer that a connection was dealt, which the driver knows without asking it. */
    static LocalPeer dealtTo(LocalCluster cluster, Connection connection) throws SQLException {
        int port = port(connection);
        return cluster.peers().stream()
                .filter(peer -> peer.port() == port)
                .findFirst()
                .orElseThrow();
    }

    static int port(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        return URI.create(url.substring("jdbc:".length())).getPort();
    }
}
