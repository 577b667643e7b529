/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Several peers for one pool, and what a test asks of them. Confined to one thread. */
public final class LocalFleet implements AutoCloseable {

    private final List<LocalPeer> peers;

    private LocalFleet(List<LocalPeer> peers) {
        this.peers = peers;
    }

    /** Starts {@code peer1} to {@code peerN}. */
    public static LocalFleet start(int count) {
        return new LocalFleet(LocalPeer.startAll(count));
    }

    /** Returns all, in the order of their numbers. */
    public List<LocalPeer> peers() {
        return peers;
    }

    /** Returns the peer of this number; the first is 1. */
    public LocalPeer peer(int number) {
        return peers.get(number - 1);
    }

    /** Returns the value of the property {@code Peers}: each with its name in front. */
    public String setting() {
        return peers.stream().map(LocalPeer::toString).collect(Collectors.joining(","));
    }

    /** Makes everything run again, however the last test left it. */
    public void mend() {
        for (LocalPeer peer : peers) {
            if (peer.isRunning()) {
                peer.thaw();
            } else {
                peer.restart();
            }
        }
    }

    /** Runs SQL as root on every peer. */
    public void execute(String sql) {
        peers.forEach(peer -> peer.execute(sql));
    }

    /** Returns the sum of a number of {@code SHOW GLOBAL STATUS} over all peers. */
    public long status(String variable) {
        return peers.stream().mapToLong(peer -> peer.status(variable)).sum();
    }

    /** Returns how many connections {@link LocalPeer#USER} has on all peers. */
    public int connections() {
        return peers.stream().mapToInt(LocalFleet::connections).sum();
    }

    private static int connections(LocalPeer peer) {
        return Integer.parseInt(peer.execute(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE user = '" + LocalPeer.USER + "'"));
    }

    /** Returns the branches prepared and not completed, of all peers, a line each; empty if there is none. */
    public String inDoubt() {
        return peers.stream()
                .flatMap(peer -> peer.execute("XA RECOVER FORMAT='SQL'").lines())
                .collect(Collectors.joining("\n"));
    }

    /** Runs one query in auto-commit mode and returns the port of the server that answered. */
    public static int ask(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return ask(connection);
        }
    }

    /** Runs one query and returns the port of the server that answered. */
    public static int ask(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@port")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Returns how many of {@code queries} each peer answered, by name. */
    public Map<String, Integer> shares(DataSource source, int queries) throws SQLException {
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < queries; i++) {
            shares.merge(name(ask(source)), 1, Integer::sum);
        }
        return shares;
    }

    /** Returns the name of the peer on {@code port}. */
    public String name(int port) {
        return peers.stream()
                .filter(peer -> peer.port() == port)
                .map(LocalPeer::name)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        peers.forEach(LocalPeer::close);
    }
}
