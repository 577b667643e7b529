/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalCluster;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Pools on clusters, and what their tests ask of them. Stateless. */
final class ClusterPools {

    private ClusterPools() {}

    /** Returns the factory of a pool on all members, which checks them each second and gives up a request after five. */
    static PeerManagedConnectionFactory factory(LocalCluster cluster) {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setPeers(cluster.setting());
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

    /**
     * Ends each member in turn under writers, and has it come back: what fails is only what was on that member, at most
     * one unit of each writer, and no acknowledged row.
     *
     * @param end how a member ends
     */
    static void endEachInTurn(
            String what,
            LocalCluster cluster,
            PeerDataSource source,
            OwnRows rows,
            int writers,
            Consumer<LocalPeer> end)
            throws Exception {
        double share = 1.0 / cluster.peers().size();
        try (PacedLoad load = PacedLoad.startEach(writers, rows::of)) {
            for (LocalPeer peer : cluster.peers()) {
                load.awaitShare(peer.port(), share);
                int before = load.failures().size();
                end.accept(peer);
                long gone = System.nanoTime();
                load.awaitMore(500);
                List<PacedLoad.Failure> failures =
                        load.failures().subList(before, load.failures().size());
                load.slow();
                cluster.rejoin(peer);
                load.quick();
                LivePeers.awaitState(source, peer.name(), "up");
                load.awaitShare(peer.port(), share);
                assertThat(load.failures())
                        .as("only what was on %s before it had ended, and at most one of each writer", peer)
                        .hasSize(before + failures.size())
                        .hasSizeLessThanOrEqualTo(before + writers);
                assertThat(failures).allSatisfy(failure -> {
                    assertThat(failure.dealtTo()).as("dealt to").isEqualTo(peer.port());
                    assertThat(failure.began() - gone).isNegative();
                });
            }
        }
        cluster.awaitComplete(cluster.peers());
        rows.assertKept(what, cluster.peers());
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
