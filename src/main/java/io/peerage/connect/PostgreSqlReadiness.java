/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Ready as a PostgreSQL server that is not in recovery. The same statement tells which server it is: the identifier of its
 * data, which a standby shares, and its port.
 *
 * <p>Thread-safe.
 */
final class PostgreSqlReadiness implements Readiness {

    private static final String ROLE = "SELECT pg_is_in_recovery()";
    private static final String ROLE_AND_IDENTITY =
            "SELECT pg_is_in_recovery(), system_identifier, current_setting('port') FROM pg_control_system()";

    /** Class 42: what may be asked differs between servers, and administrators may have taken the function away. */
    private static final String NOT_ALLOWED = "42";

    private final int timeoutSeconds;
    /** Whether this server once kept its identity to itself. */
    private volatile boolean untold;

    PostgreSqlReadiness(int timeoutSeconds) {
        this.timeoutSeconds = timeoutSeconds;
    }

    @Override
    public Found check(Connection connection) throws SQLException {
        Answer answer = ask(connection);
        if (answer.standby()) {
            throw Readiness.notReady("pg_is_in_recovery() is true");
        }
        return new Found(0, null, answer.server());
    }

    /** As {@link #check}, for a server of any role. */
    Found identify(Connection connection) throws SQLException {
        return new Found(0, null, ask(connection).server());
    }

    private record Answer(boolean standby, @Nullable ServerId server) {}

    private Answer ask(Connection connection) throws SQLException {
        if (!untold) {
            try {
                return ask(connection, ROLE_AND_IDENTITY);
            } catch (SQLException e) {
                String state = e.getSQLState();
                if (state == null || !state.startsWith(NOT_ALLOWED)) {
                    throw e;
                }
                untold = true;
            }
        }
        return ask(connection, ROLE);
    }

    private Answer ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(timeoutSeconds);
            try (ResultSet row = statement.executeQuery(query)) {
                if (!row.next()) {
                    throw Readiness.notReady("the readiness query returned no row");
                }
                boolean standby = row.getBoolean(1);
                if (query.equals(ROLE)) {
                    return new Answer(standby, standby ? new ServerId("a standby", true) : null);
                }
                return new Answer(standby, new ServerId(row.getString(2) + ":" + row.getString(3), standby));
            }
        }
    }
}
