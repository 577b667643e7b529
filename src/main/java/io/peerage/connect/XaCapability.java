/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks once whether what listens at a peer can do XA, so that a deployer hears of it at the start and not from the first
 * transaction. Thread-safe.
 */
final class XaCapability {

    private final AtomicBoolean looked = new AtomicBoolean();

    /**
     * Returns why two-phase transactions do not work, or are not safe, on the server behind {@code connection}; empty if
     * they are, and always but the first time. At most two statements.
     */
    String obstacle(Connection connection) {
        if (!looked.compareAndSet(false, true)) {
            return "";
        }
        try {
            return look(connection);
        } catch (SQLException e) {
            // What does not know these questions is no reason to refuse it; if the connection broke, its next use says
            // so.
            return "";
        }
    }

    private static String look(Connection connection) throws SQLException {
        String version = connection.getMetaData().getDatabaseProductVersion();
        if (version.toLowerCase(Locale.ROOT).contains("maxscale")) {
            return "it is MaxScale, which cannot complete a branch on another connection";
        }
        // exactly these words: ProxySQL answers them itself, all else goes to a server behind it
        if (read(connection, "SELECT @@version_comment LIMIT 1", 1)
                .toLowerCase(Locale.ROOT)
                .contains("proxysql")) {
            return "it is ProxySQL, which may complete a branch on another server than it was prepared on";
        }
        if (read(connection, "SHOW VARIABLES WHERE Variable_name = 'wsrep_on'", 2)
                .equalsIgnoreCase("ON")) {
            return "it is a Galera node (wsrep_on), which refuses XA (error 1235)";
        }
        return "";
    }

    private static String read(Connection connection, String query, int column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            String value = row.next() ? row.getString(column) : null;
            return value == null ? "" : value;
        }
    }
}
