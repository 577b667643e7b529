/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An administrator's connection to a server under test, kept open: starting the server's client program takes as long
 * as a hundred statements. Confined to the test's thread.
 */
final class Observer implements AutoCloseable {

    private static final String NAME = "observer";

    private final Connection connection;

    Observer(LocalPeer peer) throws SQLException {
        peer.execute("CREATE USER IF NOT EXISTS '" + NAME + "'@'127.0.0.1' IDENTIFIED BY '" + NAME
                + "'; GRANT ALL PRIVILEGES ON *.* TO '" + NAME + "'@'127.0.0.1' WITH GRANT OPTION");
        connection = DriverManager.getConnection("jdbc:mysql://" + peer.address() + "/", NAME, NAME);
    }

    void run(String... sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    /** Returns the first column of the first row. */
    String read(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "nothing";
        }
    }

    /** Returns a number of {@code SHOW GLOBAL STATUS}. */
    long status(String variable) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS WHERE Variable_name = '" + variable + "'")) {
            row.next();
            return row.getLong(2);
        }
    }

    /** Returns what InnoDB says of itself, its transactions among it. */
    String engineStatus() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW ENGINE INNODB STATUS")) {
            row.next();
            return row.getString(3);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
