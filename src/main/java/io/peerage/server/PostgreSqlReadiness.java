/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ready as a PostgreSQL server that takes writes: not in recovery. The same statement tells after how long it ends an
 * idle session, and which server it is: the identifier of its data, which a standby shares, and its port.
 *
 * <p>Thread-safe.
 */
public final class PostgreSqlReadiness implements Readiness {

    // pg_settings has it in milliseconds, and no row before PostgreSQL 14
    private static final String ROLE =
            "SELECT pg_is_in_recovery()," + " (SELECT setting FROM pg_settings WHERE name = 'idle_session_timeout')";
    private static final String ROLE_AND_IDENTITY =
            ROLE + ", system_identifier, current_setting('port') FROM pg_control_system()";

    /** Class 42: what may be asked differs between servers, and administrators may have taken the function away. */
    private static final String NOT_ALLOWED = "42";

    /** There are fewer peers and users, but for a pool that is used by very many named ones. */
    private static final int MOST_UNTOLD = 1_000;

    private final int timeoutSeconds;
    /** Whom a server once kept its identity from, by URL and user; bounded. */
    private final Set<String> untold = ConcurrentHashMap.newKeySet();

    /** @param timeoutSeconds bounds each answer */
    public PostgreSqlReadiness(int timeoutSeconds) {
        this.timeoutSeconds = timeoutSeconds;
    }

    @Override
    public Found check(Connection connection) throws SQLException {
        Found found = identify(connection);
        if (found.server() != null && found.server().standby()) {
            throw Readiness.notReady("pg_is_in_recovery() is true");
        }
        return found;
    }

    /** As {@link #check}, for a server of any role. */
    public Found identify(Connection connection) throws SQLException {
        String asking = connection.getMetaData().getURL() + " "
                + connection.getMetaData().getUserName();
        if (!untold.contains(asking)) {
            try {
                return ask(connection, ROLE_AND_IDENTITY);
            } catch (SQLException e) {
                String state = e.getSQLState();
                if (state == null || !state.startsWith(NOT_ALLOWED)) {
                    throw e;
                }
                if (untold.size() >= MOST_UNTOLD) {
                    untold.clear();
                }
                untold.add(asking);
            }
        }
        return ask(connection, ROLE);
    }

    private Found ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(timeoutSeconds);
            try (ResultSet row = statement.executeQuery(query)) {
                if (!row.next()) {
                    throw Readiness.notReady("the readiness query returned no row");
                }
                boolean standby = row.getBoolean(1);
                long idleMillis = row.getLong(2);
                ServerId server = query.equals(ROLE_AND_IDENTITY)
                        ? new ServerId(row.getString(3) + ":" + row.getString(4), standby)
                        : standby ? new ServerId("another server", true) : null;
                return new Found(0, null, server, idleMillis);
            }
        }
    }
}
