/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.DriverProfile;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/**
 * What a new connection must pass before its peer counts as able to serve: not only that it answers, but that it has the
 * role. A Galera node without a quorum lets users in, answers {@code SELECT 1}, and refuses every table.
 */
@FunctionalInterface
interface Readiness {

    /**
     * Returns if the peer behind {@code connection} can serve.
     *
     * @throws SQLException if it cannot, and why
     */
    void check(Connection connection) throws SQLException;

    /** Returns the check that {@code setting}, the property ReadinessCheck, stands for. */
    static Readiness of(String setting, DriverProfile driver, int timeoutSeconds) {
        return switch (setting) {
            case "none" -> connection -> {};
            case "auto" -> {
                if (driver.speaksMySql()) {
                    yield new MySqlReadiness();
                }
                yield driver.key().equals("postgresql")
                        ? new QueryReadiness("SELECT NOT pg_is_in_recovery()", timeoutSeconds)
                        : connection -> ping(connection, timeoutSeconds);
            }
            default -> new QueryReadiness(setting, timeoutSeconds);
        };
    }

    private static void ping(Connection connection, int timeoutSeconds) throws SQLException {
        if (!connection.isValid(timeoutSeconds)) {
            throw notReady("it does not answer a ping");
        }
    }

    /** Returns the failure of a peer that lives but cannot serve, of the kind that takes a peer out. */
    static SQLException notReady(String why) {
        return new SQLNonTransientConnectionException("not ready: " + why, "08001");
    }
}
