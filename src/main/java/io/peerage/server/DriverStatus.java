/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import io.peerage.jdbc.ServerStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a server says as one driver keeps it; sends the adapter's own statements between those of the application.
 * Confined to the connection's user.
 *
 * @param <C> the driver's kind of connection
 */
abstract class DriverStatus<C extends Connection> implements ServerStatus {

    final C connection;

    /** @throws SQLException if {@code connection} is none of {@code type} */
    DriverStatus(Connection connection, Class<C> type) throws SQLException {
        this.connection = type.isInstance(connection) ? type.cast(connection) : connection.unwrap(type);
    }

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
    final boolean tried(String sql) throws SQLException {
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

    @Override
    public final void end(boolean commit) throws SQLException {
        run(commit ? "COMMIT" : "ROLLBACK");
    }
}
