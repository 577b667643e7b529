/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Flavour;
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
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;

/**
 * Two servers of one kind with a driver for them, which the contract is held against. Servers are started once for each
 * JVM and kind, and end with the JVM. Confined to the test's thread.
 *
 * @param flavour what they are; the same object for all that share them
 * @param driver the property {@code Driver}
 * @param properties the property {@code ConnectionProperties}: what the docs say that this driver needs here
 * @param encrypted whether connections are to be encrypted then
 */
record Site(Flavour flavour, Dialect dialect, String driver, String properties, boolean encrypted) {

    private static final Map<Flavour, List<LocalPeer>> SERVERS = new ConcurrentHashMap<>();

    private List<LocalPeer> peers() {
        return SERVERS.computeIfAbsent(flavour, kind -> {
            List<LocalPeer> started = LocalPeer.startAll(kind, 2);
            started.forEach(dialect::grant);
            return started;
        });
    }

    /** Returns the one that things happen to. */
    LocalPeer hurt() {
        return peers().get(0);
    }

    /** Returns the one that goes on. */
    LocalPeer other() {
        return peers().get(1);
    }

    /** Makes everything as it was, however the last test left it: no branch, and a table with one row. */
    void mend() {
        for (LocalPeer peer : peers()) {
            if (peer.isRunning()) {
                peer.thaw();
            } else {
                peer.restart();
            }
            dialect.prepared(peer).forEach(branch -> dialect.rollback(peer, branch));
            dialect.makeTable(peer);
        }
    }

    /** Returns a pool of both, which does nothing of its own accord while a test looks. */
    PeerManagedConnectionFactory factory() {
        PeerManagedConnectionFactory factory = at("hurt@" + hurt().address() + ",other@" + other().address());
        factory.setCheckIntervalSeconds(86_400);
        factory.setRebalancePerSecond(0);
        factory.setValidateAfterIdleMillis(86_400_000);
        return factory;
    }

    /** Returns a pool that checks, and takes back a peer, within a second. */
    PeerManagedConnectionFactory watchful() {
        PeerManagedConnectionFactory factory = at("hurt@" + hurt().address() + ",other@" + other().address());
        factory.setCheckIntervalSeconds(1);
        factory.setRebalancePerSecond(20);
        return factory;
    }

    PeerManagedConnectionFactory at(String peers) {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setPeers(peers);
        factory.setDriver(driver);
        factory.setConnectionProperties(properties);
        return factory;
    }

    /** Runs one autocommit query and returns the name of the peer that answered. */
    String ask(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return ask(connection);
        }
    }

    /** Runs one query and returns the name of the peer that answered. */
    String ask(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(dialect.portQuery())) {
            assertThat(row.next()).isTrue();
            return row.getInt(1) == hurt().port() ? "hurt" : "other";
        }
    }

    /** Returns how many of {@code queries} each peer answered. */
    Map<String, Integer> shares(DataSource source, int queries) throws SQLException {
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < queries; i++) {
            shares.merge(ask(source), 1, Integer::sum);
        }
        return shares;
    }

    boolean isEncrypted(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(dialect.encryptedQuery())) {
            assertThat(row.next()).isTrue();
            return !row.getString(2).isEmpty();
        }
    }

    /** Returns the value of the table's row, as the administrator sees it. */
    String value(LocalPeer peer) {
        return peer.execute("SELECT v FROM " + dialect.table() + " WHERE id = 1");
    }

    /** Changes the table's row. */
    static void change(Connection connection, int by) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = v + " + by + " WHERE id = 1"))
                    .isEqualTo(1);
        }
    }

    /** Changes the table's row within {@code branch}, and prepares that. */
    static XAResource prepareChange(ManagedConnection managed, Branch branch, int by) throws Exception {
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        try (Connection connection = (Connection) managed.getConnection(null, null)) {
            change(connection, by);
        }
        resource.end(branch, XAResource.TMSUCCESS);
        resource.prepare(branch);
        return resource;
    }

    void awaitSessions(LocalPeer peer, int count) throws Exception {
        Patience.await(
                count + " sessions on " + peer, () -> dialect.sessions(peer).size() == count);
    }
}
