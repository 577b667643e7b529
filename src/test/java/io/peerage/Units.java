/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import javax.sql.DataSource;

/**
 * The units of work that a {@link PacedLoad} is made of: an autocommit query, a local and a global transaction that
 * write one row each and read. Each returns the port of the server it ran on, and before it sends anything tells the
 * port of the address it was dealt to, for whom it may fail on. Thread-safe.
 */
final class Units {

    private final LifoContainer container;
    private final PeerManagedConnectionFactory factory;
    private final DataSource source;
    private final LongAdder committed = new LongAdder();

    Units(LifoContainer container, PeerManagedConnectionFactory factory) {
        this.container = container;
        this.factory = factory;
        this.source = container.dataSource(factory);
    }

    /** Makes the table that transactions write to, empty. */
    static void prepare(List<LocalPeer> peers) {
        peers.forEach(peer -> peer.execute(
                "CREATE OR REPLACE TABLE shop.written (id INT AUTO_INCREMENT PRIMARY KEY) ENGINE = InnoDB"));
    }

    /** Returns how many rows were written. */
    static long written(List<LocalPeer> peers) {
        return peers.stream()
                .mapToLong(peer -> Long.parseLong(peer.execute("SELECT COUNT(*) FROM shop.written")))
                .sum();
    }

    /** Returns the units of thread {@code number}: queries, local and global transactions in turn. */
    PacedLoad.Unit of(int number) {
        return switch (number % 3) {
            case 0 -> this::query;
            case 1 -> this::local;
            default -> this::global;
        };
    }

    /** Returns how many transactions are known to have committed. */
    long committed() {
        return committed.sum();
    }

    int query(IntConsumer dealt) throws SQLException {
        try (Connection connection = source.getConnection()) {
            dealt.accept(dealtTo(connection));
            return port(connection);
        }
    }

    int local(IntConsumer dealt) throws SQLException {
        try (Connection connection = source.getConnection()) {
            dealt.accept(dealtTo(connection));
            connection.setAutoCommit(false);
            int port = write(connection);
            connection.commit();
            committed.increment();
            return port;
        }
    }

    int global(IntConsumer dealt) throws Exception {
        try (GlobalTransaction transaction = GlobalTransaction.begin(container, factory)) {
            int port;
            try (Connection connection = transaction.connection()) {
                dealt.accept(dealtTo(connection));
                port = write(connection);
            }
            transaction.commit();
            committed.increment();
            return port;
        }
    }

    /** Writes a row and returns the port of the server it is on. */
    static int write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO written () VALUES ()"))
                    .isEqualTo(1);
        }
        return port(connection);
    }

    private static int port(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@port")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    /** Asks the driver, which knows without its server. */
    private static int dealtTo(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        return URI.create(url.substring("jdbc:".length())).getPort();
    }
}
