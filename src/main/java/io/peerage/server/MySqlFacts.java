/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Variables and status of a MySQL or MariaDB server, read by one statement that needs no rights and locks nothing.
 *
 * <p>The statement ends in FOR UPDATE, over a derived table where that has no effect on the server, because proxies
 * that split reads from writes send SHOW and SELECT to a replica, and SELECT ... FOR UPDATE where they send writes.
 * Comments that only MySQL or only MariaDB reads name the tables, so that it does not matter which of them the proxy in
 * between claims to be.
 *
 * @param values by names in lower case; what a server does not know is not among them
 * @param surelyOfWriter whether the answer comes from where writes go, also behind a proxy
 */
public record MySqlFacts(Map<String, String> values, boolean surelyOfWriter) {

    private static final List<String> VARIABLES = List.of(
            "read_only",
            "super_read_only",
            "offline_mode",
            "innodb_read_only",
            "innodb_force_recovery",
            "group_replication_group_name",
            "wsrep_on",
            "wsrep_reject_queries",
            "pxc_maint_mode",
            "wait_timeout",
            "version",
            "pseudo_thread_id",
            "server_uuid",
            "server_uid",
            "hostname",
            "port",
            "datadir",
            "server_id");
    private static final List<String> STATUS =
            List.of("wsrep_ready", "wsrep_cluster_status", "wsrep_local_state", "wsrep_local_state_comment");

    private static final String FROM_VARIABLES = " IN (" + quoted(VARIABLES) + ")";
    private static final String FROM_STATUS = " IN (" + quoted(STATUS) + ")";

    private static final String QUESTION = "SELECT * FROM (SELECT variable_name, variable_value FROM "
            + "/*!80000 performance_schema.session_variables */ /*M! information_schema.session_variables */"
            + " WHERE variable_name" + FROM_VARIABLES
            + " UNION ALL SELECT variable_name, variable_value FROM "
            + "/*!80000 performance_schema.global_status */ /*M! information_schema.global_status */"
            + " WHERE variable_name" + FROM_STATUS + ") facts FOR UPDATE";

    /** What a server answers that does not know the statement, or a table of it, or keeps them from this user. */
    private static final Set<Integer> NOT_UNDERSTOOD = Set.of(1064, 1109, 1142, 1146, 1235);

    /** What a Galera node answers to all but SHOW while it does not take part. */
    private static final int NOT_PREPARED = 1047;

    /**
     * Asks. A server that does not understand the statement, as MySQL before 8.0, or a Galera node that takes none, is
     * asked by SHOW.
     *
     * @throws SQLException if there is no answer
     */
    public static MySqlFacts ask(Connection connection) throws SQLException {
        Map<String, String> values = new TreeMap<>();
        try {
            read(connection, QUESTION, values);
            return new MySqlFacts(values, true);
        } catch (SQLException e) {
            boolean notPrepared = e.getErrorCode() == NOT_PREPARED;
            if (!notPrepared && !NOT_UNDERSTOOD.contains(e.getErrorCode())) {
                throw e;
            }
            read(connection, "SHOW VARIABLES WHERE Variable_name" + FROM_VARIABLES, values);
            read(connection, "SHOW GLOBAL STATUS WHERE Variable_name" + FROM_STATUS, values);
            if (notPrepared
                    && values.getOrDefault("wsrep_ready", "ON").equals("ON")
                    && values.getOrDefault("wsrep_reject_queries", "NONE").equals("NONE")) {
                throw e;
            }
            return new MySqlFacts(values, false);
        }
    }

    /** Asks which server it is, and for its number of the session. */
    static Readiness.Found identify(Connection connection) throws SQLException {
        MySqlFacts facts = ask(connection);
        return new Readiness.Found(facts.session(), null, facts.server(), 0);
    }

    /** Returns the server's number for the session that asked; 0 = not known. */
    public long session() {
        return number(values.get("pseudo_thread_id"));
    }

    /** Returns whether the server belongs to a replication group. */
    boolean inGroup() {
        return !values.getOrDefault("group_replication_group_name", "").isEmpty();
    }

    /** Returns the value of a variable as a number; 0 if it is none. */
    static long number(@Nullable String value) {
        try {
            return value == null ? 0 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Returns which server answered, or null. */
    public @Nullable ServerId server() {
        return ServerId.ofMySql(values);
    }

    /** Returns the failure of a server that cannot serve, with a hint if it may not have been the one that was asked. */
    SQLException notReady(String why) {
        return Readiness.notReady(
                surelyOfWriter
                        ? why
                        : why
                                + ", by SHOW: where a proxy sends that elsewhere than writes, set ReadinessCheck to a query"
                                + " that goes where writes go");
    }

    private static String quoted(List<String> names) {
        return names.stream().collect(Collectors.joining("', '", "'", "'"));
    }

    private static void read(Connection connection, String query, Map<String, String> values) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.put(rows.getString(1).toLowerCase(Locale.ROOT), String.valueOf(rows.getString(2)));
            }
        }
    }
}
