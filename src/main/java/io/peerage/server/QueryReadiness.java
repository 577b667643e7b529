/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Set;

/** Ready if a query returns a row whose first column is neither null, 0 nor false. Thread-safe: immutable. */
record QueryReadiness(String query, int timeoutSeconds) implements Readiness {

    private static final Set<String> NO = Set.of("0", "false", "f", "off", "no");

    @Override
    public Found check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(timeoutSeconds);
            try (ResultSet row = statement.executeQuery(query)) {
                if (!row.next()) {
                    throw Readiness.notReady("the readiness query returned no row");
                }
                String answer = row.getString(1);
                if (answer == null || NO.contains(answer.toLowerCase(Locale.ROOT))) {
                    throw Readiness.notReady("the readiness query returned " + answer);
                }
            }
        }
        return NOTHING;
    }
}
