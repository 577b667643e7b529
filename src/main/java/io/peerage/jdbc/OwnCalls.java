/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Talks to the driver for the session's own ends: marks its calls as in flight, and does not take what the server reports
 * of them for the application's doing. Confined to the connection's user.
 */
final class OwnCalls {

    private final Connection connection;
    private final Activity activity;
    private final SessionTracker tracker;

    OwnCalls(Connection connection, Activity activity, SessionTracker tracker) {
        this.connection = connection;
        this.activity = activity;
        this.tracker = tracker;
    }

    /** Asks for the application: what is reported of it is not passed over. */
    <T> @Nullable T marked(SqlFunction<Connection, T> question) throws SQLException {
        activity.begin();
        try {
            return question.of(connection);
        } finally {
            activity.end();
        }
    }

    <T> @Nullable T ask(SqlFunction<Connection, T> question) throws SQLException {
        try {
            return marked(question);
        } finally {
            tracker.passOver();
        }
    }

    void send(SqlAction<Connection> command) throws SQLException {
        ask(command);
    }
}
