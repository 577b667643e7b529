/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a container may show of the server behind a connection. Immutable.
 *
 * @param product the database product's name
 * @param version the database product's version
 * @param maxConnections the most connections the server takes; 0 = not known
 * @param user the user of the connection
 */
public record ServerDescription(String product, String version, int maxConnections, String user) {

    /**
     * Asks the driver.
     *
     * @param user who logged in; null to ask the server, which costs a statement with some drivers
     * @throws SQLException what the driver says
     */
    public static ServerDescription of(DatabaseMetaData metaData, @Nullable String user) throws SQLException {
        return new ServerDescription(
                metaData.getDatabaseProductName(),
                metaData.getDatabaseProductVersion(),
                metaData.getMaxConnections(),
                user == null || user.isEmpty() ? metaData.getUserName() : user);
    }
}
