/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a member of MySQL's Group Replication is ONLINE and has the majority: without it, it answers reads and says
 * that it takes writes, and its commits hang. Stateless.
 *
 * <p>It is asked by a function of the group that every user may call and that fails on other members. The table of
 * members, which would tell more, needs a right that applications do not have; it is read only to say why.
 */
final class ReplicationMembership {

    private static final String QUESTION = "SELECT group_replication_get_write_concurrency() FOR UPDATE";
    private static final String STATE = "SELECT CONCAT(MAX(IF(member_id = @@server_uuid, member_state, NULL)), ', ',"
            + " SUM(member_state = 'UNREACHABLE'), ' of ', COUNT(*), ' members unreachable')"
            + " FROM performance_schema.replication_group_members";

    /** What a member answers that is not ONLINE or has lost the majority. */
    private static final int CANNOT_INITIALIZE_FUNCTION = 1123;
    /** The function came with MySQL 8.0.13. */
    private static final int NO_SUCH_FUNCTION = 1305;

    private static final String WHO_IS_TOLD = "users with SELECT on performance_schema.replication_group_members";

    private ReplicationMembership() {}

    /** @throws SQLException if the member cannot serve, and why, or does not answer */
    static void check(Connection connection) throws SQLException {
        try {
            ask(connection, QUESTION);
        } catch (SQLException e) {
            if (e.getErrorCode() == CANNOT_INITIALIZE_FUNCTION) {
                throw new WritesHangException("the group's member is not ONLINE or has lost the majority"
                        + state(connection)
                                .map(state -> " (" + state + ")")
                                .orElse("; " + WHO_IS_TOLD + " are told which"));
            }
            if (e.getErrorCode() != NO_SUCH_FUNCTION) {
                throw e;
            }
        }
    }

    /**
     * As {@link #check}, for a server of which it is not known whether it belongs to a group. What a member completes
     * while it takes no part in its group, the group does not get, and never lets that member in again.
     */
    static Readiness.Found checkIfMember(Connection connection) throws SQLException {
        MySqlFacts facts = MySqlFacts.ask(connection);
        if (facts.inGroup()) {
            check(connection);
        }
        return new Readiness.Found(facts.session(), null, facts.server(), 0);
    }

    /** Returns the member's state in words if this user may read it, which needs SELECT on that table. */
    private static Optional<String> state(Connection connection) {
        try {
            return Optional.ofNullable(ask(connection, STATE));
        } catch (SQLException denied) {
            return Optional.empty();
        }
    }

    private static @Nullable String ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }
}
