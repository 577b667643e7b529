/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The statements of the scenarios. Stateless. */
final class Notes {

    /** The server's port and the session's number there. */
    static final String SESSION = "CONCAT(@@port, '/', CONNECTION_ID())";

    private Notes() {}

    static void insert(Connection connection, String note) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO note (text) VALUES (?)")) {
            insert.setString(1, note);
            insert.executeUpdate();
        }
    }

    /** Returns how many rows this connection sees. */
    static String count(Connection connection, String note) throws SQLException {
        return text(connection, "SELECT COUNT(*) FROM note WHERE text = '" + note + "'");
    }

    /** Returns what names the session on the server, among all servers. */
    static String session(Connection connection) throws SQLException {
        return text(connection, "SELECT " + SESSION);
    }

    /**
     * Has the server end this session, and uses the connection after that.
     *
     * @throws SQLException always
     */
    static void endSession(Connection connection) throws SQLException {
        try (PreparedStatement kill = connection.prepareStatement("KILL CONNECTION_ID()")) {
            kill.execute();
        } catch (SQLException killed) {
            // which is the point
        }
        session(connection);
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }
}
