/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * The business of the demo, written as any application writes it: nothing here knows that there are several databases,
 * except that each answer says who gave it. Thread-safe.
 */
final class Shop {

    private static final String WHO = "SELECT @@server_id, @@port";
    private static final int PORT_COLUMN = 2;

    private final DataSource dataSource;
    private final UserTransaction transaction;
    private final PeerPorts peers;

    Shop(DataSource dataSource, UserTransaction transaction, PeerPorts peers) {
        this.dataSource = dataSource;
        this.transaction = transaction;
        this.peers = peers;
    }

    /** Reads once, in autocommit, and returns the name of the peer that served it. */
    String read() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return servedBy(connection);
        }
    }

    /** Places an order in a transaction of the container, and returns the name of the peer that served it. */
    String order(String item) throws Exception {
        transaction.begin();
        try {
            String peer;
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO orders (item) VALUES (?)")) {
                insert.setString(1, item);
                insert.executeUpdate();
                peer = servedBy(connection);
            }
            transaction.commit();
            return peer;
        } finally {
            rollBackIfOpen();
        }
    }

    private String servedBy(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WHO)) {
            if (!row.next()) {
                throw new SQLException("No row for " + WHO);
            }
            return peers.nameOf(row.getInt(PORT_COLUMN));
        }
    }

    /** Keeps the thread from carrying a failed transaction into its next request. */
    private void rollBackIfOpen() throws SystemException {
        if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
            transaction.rollback();
        }
    }
}
