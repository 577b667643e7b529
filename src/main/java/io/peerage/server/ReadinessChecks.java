/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import io.peerage.config.DriverProfile;
import java.sql.Connection;
import java.sql.SQLException;

/** Chooses what a new connection is asked before its peer counts as able to serve. Thread-safe: stateless. */
public final class ReadinessChecks {

    private ReadinessChecks() {}

    /**
     * Returns the check that {@code setting}, the property ReadinessCheck, stands for.
     *
     * @param timeoutSeconds bounds the answer, where the check is not one of a server that speaks MySQL
     */
    public static Readiness of(String setting, DriverProfile driver, int timeoutSeconds) {
        return switch (setting) {
            case "none" -> connection -> Readiness.NOTHING;
            case "auto" -> {
                if (driver.speaksMySql()) {
                    yield new MySqlReadiness();
                }
                yield driver.key().equals("postgresql")
                        ? new PostgreSqlReadiness(timeoutSeconds)
                        : connection -> ping(connection, timeoutSeconds);
            }
            default -> new QueryReadiness(setting, timeoutSeconds);
        };
    }

    /**
     * Returns what asks for the server and the session, whatever role the server has.
     *
     * @param timeoutSeconds bounds the answer, where the server does not speak MySQL
     */
    public static Readiness identity(DriverProfile driver, int timeoutSeconds) {
        if (driver.speaksMySql()) {
            return MySqlFacts::identify;
        }
        return driver.key().equals("postgresql")
                ? new PostgreSqlReadiness(timeoutSeconds)::identify
                : connection -> Readiness.NOTHING;
    }

    /** Returns the check of a connection for branches, which a server of any role may hold. */
    public static Readiness forBranches(DriverProfile driver) {
        return driver.speaksMySql() ? ReplicationMembership::checkIfMember : connection -> Readiness.NOTHING;
    }

    private static Readiness.Found ping(Connection connection, int timeoutSeconds) throws SQLException {
        if (!connection.isValid(timeoutSeconds)) {
            throw Readiness.notReady("it does not answer a ping");
        }
        return Readiness.NOTHING;
    }
}
