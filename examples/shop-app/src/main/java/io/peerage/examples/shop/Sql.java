/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** One statement at a time. Stateless. */
final class Sql {

    /** The server's own port: it tells the peers apart, even behind a relay. */
    static final String WHO = "SELECT @@port";

    private Sql() {}

    /** Returns the first column of the first row as text. */
    static String text(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("No row for " + query);
            }
            return String.valueOf(row.getString(1));
        }
    }

    /** Returns how many rows it changed. */
    static int update(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.executeUpdate();
        }
    }
}
