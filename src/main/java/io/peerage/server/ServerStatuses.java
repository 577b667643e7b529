/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import io.peerage.config.DriverProfile;
import io.peerage.jdbc.ServerStatus;
import java.sql.Connection;
import java.sql.SQLException;

/** Finds out how a driver passes on what its server says of a session. Thread-safe: stateless. */
public final class ServerStatuses {

    private ServerStatuses() {}

    /** Each driver's classes are named by one class only, so that those of the others need not be there. */
    public static ServerStatus of(DriverProfile driver, Connection connection) throws SQLException {
        String type = driver.dataSourceClass();
        try {
            if (type.startsWith("com.mysql.cj.")) {
                return new MySqlStatus(connection);
            }
            if (type.startsWith("org.mariadb.jdbc.")) {
                return new MariaDbStatus(connection);
            }
            if (type.startsWith("org.postgresql.")) {
                return new PostgreSqlStatus(connection);
            }
        } catch (LinkageError e) {
            // Another version of the driver than those that are known, or one that the adapter does not see: as one
            // unknown.
        }
        return new ServerStatus() {};
    }
}
