/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Three real servers, started once for a test class, and what the tests ask of them. Confined to the test's thread. */
final class LivePeers implements AutoCloseable {

    final List<LocalPeer> peers;

    LivePeers(int count) {
        peers = LocalPeer.startAll(count);
    }

    LocalPeer peer(int number) {
        return peers.get(number - 1);
    }

    /** Makes everything run again, however the last test left it. */
    void mend() {
        for (LocalPeer peer : peers) {
            if (peer.isRunning()) {
                peer.thaw();
            } else {
                peer.restart();
            }
        }
    }

    PeerManagedConnectionFactory factory() {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setPeers(
                peers.stream().map(peer -> peer.name() + "@" + peer.address()).collect(Collectors.joining(",")));
        factory.setCheckIntervalSeconds(1);
        factory.setConnectTimeoutMillis(1000);
        factory.setAcquireTimeoutMillis(5000);
        return factory;
    }

    /** Ends the adapter that {@code factory} made for itself, with all it does in the background. */
    static void stop(PeerManagedConnectionFactory factory) {
        if (factory.getResourceAdapter() instanceof PeerResourceAdapter adapter) {
            adapter.stop();
        }
    }

    /** Runs one autocommit query and returns the port of the server that answered. */
    static int ask(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@port")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    /** Returns the number that the server has given to the session of {@code managed}. */
    static long session(ManagedConnection managed) throws Exception {
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        } finally {
            managed.cleanup();
        }
    }

    /** Returns how many of {@code queries} each peer answered. */
    Map<String, Integer> shares(DataSource source, int queries) throws SQLException {
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < queries; i++) {
            shares.merge(name(ask(source)), 1, Integer::sum);
        }
        return shares;
    }

    String name(int port) {
        return peers.stream()
                .filter(peer -> peer.port() == port)
                .map(LocalPeer::name)
                .findFirst()
                .orElseThrow();
    }

    static PeerStatus status(PeerDataSource source, String peer) throws SQLException {
        return source.peers().stream()
                .filter(status -> status.name().equals(peer))
                .findFirst()
                .orElseThrow();
    }

    static void awaitState(PeerDataSource source, String peer, String state) throws Exception {
        Patience.await(
                peer + " to be " + state, () -> status(source, peer).state().equals(state));
    }

    @Override
    public void close() {
        peers.forEach(LocalPeer::close);
    }
}
