/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Ready as a PostgreSQL server that takes writes: not in recovery. Thread-safe: immutable. */
record PostgreSqlReadiness(int timeoutSeconds) implements Readiness {

    // pg_settings has it in milliseconds, and no row before PostgreSQL 14
    private static final String QUESTION = "SELECT NOT pg_is_in_recovery(),"
            + " (SELECT setting FROM pg_settings WHERE name = 'idle_session_timeout')";

    @Override
    public Found check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(timeoutSeconds);
            try (ResultSet row = statement.executeQuery(QUESTION)) {
                QueryReadiness.accept(row);
                return new Found(0, null, row.getLong(2));
            }
        }
    }
}
