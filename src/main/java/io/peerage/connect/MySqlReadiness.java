/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ready as a MySQL or MariaDB server that takes writes; as a Galera node also synced, with a quorum, and not rejecting
 * queries. Behind a proxy the queries reach one of its backends, or fail with it.
 *
 * <p>One statement, a second one on Galera. Thread-safe: stateless.
 */
final class MySqlReadiness implements Readiness {

    private static final String VARIABLES = "SHOW VARIABLES WHERE Variable_name IN ('read_only',"
            + " 'super_read_only', 'offline_mode', 'wsrep_on', 'wsrep_reject_queries', 'pseudo_thread_id')";
    private static final String STATUS = "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready',"
            + " 'wsrep_cluster_status', 'wsrep_local_state', 'wsrep_local_state_comment')";
    private static final String SYNCED = "4";

    @Override
    public Found check(Connection connection) throws SQLException {
        Map<String, String> variables = read(connection, VARIABLES);
        // offline_mode first: it explains why little else works
        refuse(variables, "offline_mode", "ON");
        refuse(variables, "super_read_only", "ON");
        // read_only may also be NO_LOCK and NO_LOCK_NO_ADMIN in later MariaDB
        String readOnly = variables.getOrDefault("read_only", "OFF");
        if (!readOnly.equals("OFF") && !readOnly.equals("0")) {
            throw Readiness.notReady("read_only is " + readOnly);
        }
        if (variables.getOrDefault("wsrep_on", "OFF").equals("ON")) {
            galera(variables, read(connection, STATUS));
        }
        return new Found(session(variables), null);
    }

    private static long session(Map<String, String> variables) {
        try {
            return Long.parseLong(variables.getOrDefault("pseudo_thread_id", "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static void galera(Map<String, String> variables, Map<String, String> status) throws SQLException {
        String rejects = variables.getOrDefault("wsrep_reject_queries", "NONE");
        if (!rejects.equals("NONE")) {
            throw Readiness.notReady("wsrep_reject_queries is " + rejects);
        }
        require(status, "wsrep_cluster_status", "PRIMARY");
        require(status, "wsrep_ready", "ON");
        if (!status.getOrDefault("wsrep_local_state", SYNCED).equals(SYNCED)) {
            throw Readiness.notReady("wsrep_local_state is " + status.get("wsrep_local_state") + " ("
                    + status.get("wsrep_local_state_comment") + ")");
        }
    }

    private static void refuse(Map<String, String> values, String name, String refused) throws SQLException {
        if (refused.equals(values.get(name))) {
            throw Readiness.notReady(name + " is " + refused);
        }
    }

    private static void require(Map<String, String> values, String name, String required) throws SQLException {
        String value = values.get(name);
        if (value != null && !value.equals(required)) {
            throw Readiness.notReady(name + " is " + value);
        }
    }

    private static Map<String, String> read(Connection connection, String query) throws SQLException {
        Map<String, String> values = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.put(
                        rows.getString(1).toLowerCase(Locale.ROOT),
                        String.valueOf(rows.getString(2)).toUpperCase(Locale.ROOT));
            }
        }
        return values;
    }
}
