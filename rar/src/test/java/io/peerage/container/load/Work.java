/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.load;

import jakarta.transaction.UserTransaction;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/** The units of work an application does on one pool. Thread-safe. */
final class Work {

    private static final int MOST_TRIES = 1_000;

    private final DataSource source;
    private final UserTransaction transaction;

    Work(DataSource source, UserTransaction transaction) {
        this.source = source;
        this.transaction = transaction;
    }

    /** Does one unit, and tells {@code tally} what became of it. */
    void once(Mode mode, Tally tally) {
        Tally.Unit unit = tally.begin();
        try {
            switch (mode) {
                case AUTO -> unit.served(read(unit));
                case JTA_READ -> unit.served(inTransaction(() -> read(unit)));
                case JTA_WRITE -> {
                    unit.served(inTransaction(() -> write(unit)));
                    unit.committed();
                }
            }
        } catch (Exception e) {
            unit.failed(e);
        }
    }

    private int read(Tally.Unit unit) throws SQLException {
        try (Connection connection = source.getConnection()) {
            unit.placed(port(connection));
            return answeringPort(connection);
        }
    }

    private int write(Tally.Unit unit) throws SQLException {
        try (Connection connection = source.getConnection()) {
            unit.placed(port(connection));
            insert(connection);
            return answeringPort(connection);
        }
    }

    private int inTransaction(Part part) throws Exception {
        transaction.begin();
        int port;
        try {
            port = part.run();
        } catch (SQLException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
        transaction.commit();
        return port;
    }

    /**
     * Has a transaction at work on the peer at {@code port} until it is let go: begins one after the other until one is
     * dealt that peer.
     */
    void hold(int port, CountDownLatch held, CountDownLatch go) throws Exception {
        for (int i = 0; i < MOST_TRIES; i++) {
            boolean there = inTransaction(() -> {
                        try (Connection connection = source.getConnection()) {
                            if (port(connection) != port) {
                                return 0;
                            }
                            insert(connection);
                            held.countDown();
                            go.await();
                            insert(connection);
                            return port;
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    == port;
            if (there) {
                return;
            }
        }
        throw new IllegalStateException("none of " + MOST_TRIES + " transactions was dealt port " + port);
    }

    /** One part of a transaction. */
    @FunctionalInterface
    private interface Part {
        int run() throws SQLException;
    }

    private static void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO load_unit (port) VALUES (@@port)")) {
            insert.executeUpdate();
        }
    }

    private static int answeringPort(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT @@port");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Where the connection leads, without asking the server. */
    private static int port(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        return URI.create(url.substring("jdbc:".length())).getPort();
    }
}
