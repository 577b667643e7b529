/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Statements of the adapter's own on a connection of an application. Confined to the connection's user. */
record SqlCommands(Connection connection) {

    /** What makes a session of MySQL or MariaDB as the adapter wants it, where the server can track it. */
    static final String BEGIN = "SET autocommit = 1, session_track_state_change = 1, session_track_schema = 1";

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Runs what a server may not know.
     *
     * @return whether it did
     * @throws SQLException if the connection is lost
     */
    boolean tried(String sql) throws SQLException {
        try {
            run(sql);
            return true;
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("08")) {
                throw e;
            }
            return false;
        }
    }
}
