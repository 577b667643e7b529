/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Five real databases: three peers of the pool {@code shop} and two of {@code stock}. They are asked by JDBC: the
 * client program computes for a third of a second before each answer, and tests ask again and again. Thread-safe.
 */
final class Databases implements AutoCloseable {

    /** The account by which tests look at what applications did; its connections are not among theirs. */
    private static final String OBSERVER = "observer";

    private static final String SETUP = """
            CREATE TABLE shop.visit (id BIGINT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(64) NOT NULL);
            CREATE TABLE shop.account (id INT PRIMARY KEY, balance INT NOT NULL);
            INSERT INTO shop.account VALUES (1, 1000);
            CREATE DATABASE other;
            GRANT ALL PRIVILEGES ON other.* TO '%1$s'@'127.0.0.1';
            CREATE USER '%2$s'@'127.0.0.1' IDENTIFIED BY '%2$s';
            GRANT ALL PRIVILEGES ON *.* TO '%2$s'@'127.0.0.1';
            """.formatted(LocalPeer.USER, Databases.OBSERVER);

    private final List<LocalPeer> peers;
    private final boolean stockOnMySql;

    /** All of them MariaDB without TLS. */
    Databases() {
        this(false);
    }

    /** @param stockOnMySql whether those of {@code stock} are MySQL as it is installed */
    Databases(boolean stockOnMySql) {
        this.stockOnMySql = stockOnMySql;
        this.peers = new ArrayList<>(LocalPeer.startAll(stockOnMySql ? 3 : 5));
        try {
            while (peers.size() < 5) {
                peers.add(LocalPeer.start(Flavours.mySql(), "peer" + (peers.size() + 1)));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        peers.parallelStream().forEach(peer -> peer.execute(SETUP));
    }

    List<LocalPeer> all() {
        return peers;
    }

    /** Returns the peers of the pool {@code shop}. */
    List<LocalPeer> shop() {
        return peers.subList(0, 3);
    }

    /** Returns the peers of the pool {@code stock}. */
    List<LocalPeer> stock() {
        return peers.subList(3, 5);
    }

    List<Integer> ports() {
        return peers.stream().map(LocalPeer::port).toList();
    }

    /** Returns on how many rows of all peers this note stands. */
    long visits(String note) {
        return sum("SELECT COUNT(*) FROM shop.visit WHERE note = '" + note + "'");
    }

    /** Returns how much money there is on each peer. */
    List<Long> balances() {
        return peers.stream()
                .map(peer -> number(peer, "SELECT balance FROM shop.account"))
                .toList();
    }

    /** Returns the sum over all peers of a number of {@code SHOW GLOBAL STATUS}. */
    long status(String variable) {
        return peers.stream().mapToLong(peer -> status(peer, variable)).sum();
    }

    /** Returns a number of {@code SHOW GLOBAL STATUS} of one peer. */
    static long status(LocalPeer peer, String variable) {
        String row = rows(peer, "SHOW GLOBAL STATUS WHERE Variable_name = '" + variable + "'")
                .get(0);
        return Long.parseLong(row.substring(row.indexOf('\t') + 1));
    }

    /** Returns how many connections applications have to all peers. */
    long connections() {
        return sum("SELECT COUNT(*) FROM information_schema.processlist WHERE user = '" + LocalPeer.USER + "'");
    }

    /** Returns the prepared branches of all peers that run, each with the peer's name in front. */
    List<String> inDoubt() {
        return peers.stream()
                .filter(LocalPeer::isRunning)
                .flatMap(peer -> branches(peer).map(row -> peer.name() + ": " + row))
                .toList();
    }

    /** Returns how many prepared branches a peer has. */
    long inDoubt(LocalPeer peer) {
        return branches(peer).count();
    }

    @Override
    public void close() {
        peers.forEach(LocalPeer::close);
    }

    @Override
    public String toString() {
        return peers.stream().map(LocalPeer::toString).collect(Collectors.joining(", "));
    }

    private Stream<String> branches(LocalPeer peer) {
        boolean isMySql = stockOnMySql && stock().contains(peer);
        return rows(peer, isMySql ? "XA RECOVER CONVERT XID" : "XA RECOVER FORMAT='SQL'").stream();
    }

    private long sum(String query) {
        return peers.stream().mapToLong(peer -> number(peer, query)).sum();
    }

    private static long number(LocalPeer peer, String query) {
        return Long.parseLong(rows(peer, query).get(0));
    }

    /** Returns what a query finds, with tabs between the columns of a row. */
    private static List<String> rows(LocalPeer peer, String query) {
        String url = "jdbc:mysql://" + peer.address() + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true";
        try (Connection connection = DriverManager.getConnection(url, OBSERVER, OBSERVER);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (row.next()) {
                StringJoiner columns = new StringJoiner("\t");
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(row.getString(i));
                }
                rows.add(columns.toString());
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot ask " + peer + " '" + query + "'", e);
        }
    }
}
