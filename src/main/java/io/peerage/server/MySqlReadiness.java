/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ready as a MySQL or MariaDB server that takes writes; as a Galera node also with a quorum, and not rejecting queries;
 * as a member of a replication group also ONLINE and with the majority. What a Galera node does while it is not synced
 * (as a donor, desynced by its operator, or catching up) it does slowly: it serves as the last resort.
 *
 * <p>One statement, a second one on a member of a group; {@link MySqlFacts} asks them so that a proxy sends them where
 * it sends writes. They need no rights. Thread-safe: stateless.
 */
final class MySqlReadiness implements Readiness {

    private static final String NO = "OFF";
    private static final String SYNCED = "4";
    /** The largest innodb_force_recovery with which MariaDB still writes. MySQL writes with 0 only. */
    private static final int MARIADB_WRITES_UP_TO = 4;

    @Override
    public Found check(Connection connection) throws SQLException {
        MySqlFacts facts = MySqlFacts.ask(connection);
        Map<String, String> values = facts.values();
        // offline_mode first: it explains why little else works
        refuse(facts, "offline_mode", NO);
        // wsrep_ready and its kin come before anything a node without a quorum only seems to say
        String lastResort = values.getOrDefault("wsrep_on", NO).equals("ON") ? galera(facts) : null;
        refuse(facts, "super_read_only", NO);
        // read_only may also be NO_LOCK and NO_LOCK_NO_ADMIN in later MariaDB
        refuse(facts, "read_only", NO);
        refuse(facts, "innodb_read_only", NO);
        String emergency = forcedRecovery(facts);
        if (facts.inGroup()) {
            ReplicationMembership.check(connection);
        }
        String why = lastResort == null ? emergency : lastResort;
        return new Found(
                facts.session(),
                why == null ? null : Readiness.lastResort(why),
                facts.server(),
                TimeUnit.SECONDS.toMillis(MySqlFacts.number(values.get("wait_timeout"))));
    }

    /** Returns why the node should serve only as the last resort, or null. */
    private static @Nullable String galera(MySqlFacts facts) throws SQLException {
        refuse(facts, "wsrep_reject_queries", "NONE");
        refuse(facts, "pxc_maint_mode", "DISABLED");
        refuse(facts, "wsrep_cluster_status", "Primary");
        refuse(facts, "wsrep_ready", "ON");
        Map<String, String> values = facts.values();
        String state = values.getOrDefault("wsrep_local_state", SYNCED);
        String said = "wsrep_local_state is " + state + " (" + values.get("wsrep_local_state_comment") + ")";
        return switch (state) {
            case SYNCED -> null;
            case "2", "3" -> said;
            default -> throw facts.notReady(said);
        };
    }

    /** Returns why a server that was started to save its data should serve only as the last resort, or null. */
    private static @Nullable String forcedRecovery(MySqlFacts facts) throws SQLException {
        long level = MySqlFacts.number(facts.values().get("innodb_force_recovery"));
        boolean mariaDb = facts.values().getOrDefault("version", "").contains("MariaDB");
        String said = "innodb_force_recovery is " + level;
        if (level > (mariaDb ? MARIADB_WRITES_UP_TO : 0)) {
            throw facts.notReady(said);
        }
        return level > 0 ? said : null;
    }

    /** Refuses a server on which {@code name}, if it knows that, is not {@code required}. */
    private static void refuse(MySqlFacts facts, String name, String required) throws SQLException {
        String value = facts.values().getOrDefault(name, required);
        if (!value.equalsIgnoreCase(required) && !(required.equals(NO) && value.equals("0"))) {
            throw facts.notReady(name + " is " + value);
        }
    }
}
