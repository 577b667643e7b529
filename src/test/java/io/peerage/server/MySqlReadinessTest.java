/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of the answers of servers that are not on every machine; the others are asked in ReadinessIT. */
class MySqlReadinessTest {

    private final MySqlReadiness readiness = new MySqlReadiness();
    private final Map<String, String> values = new HashMap<>(Map.of(
            "read_only", "OFF", "innodb_read_only", "OFF", "innodb_force_recovery", "0", "pseudo_thread_id", "42"));
    /** The error with which a statement fails that begins so. */
    private final Map<String, Integer> errors = new HashMap<>();

    private final List<String> asked = new ArrayList<>();

    private Readiness.Found check() throws SQLException {
        return readiness.check(object(Connection.class, (proxy, method, arguments) -> statement()));
    }

    private Statement statement() {
        return object(Statement.class, (proxy, method, arguments) -> {
            if (method.getName().equals("close")) {
                return null;
            }
            String query = String.valueOf(arguments[0]);
            asked.add(query);
            for (Map.Entry<String, Integer> error : errors.entrySet()) {
                if (query.startsWith(error.getKey())) {
                    throw new SQLException("made for a test", "HY000", error.getValue());
                }
            }
            return rows(values);
        });
    }

    private static ResultSet rows(Map<String, String> values) {
        Iterator<Map.Entry<String, String>> entries = values.entrySet().iterator();
        List<Map.Entry<String, String>> row = new ArrayList<>();
        return object(ResultSet.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "next" -> {
                row.clear();
                boolean more = entries.hasNext();
                if (more) {
                    row.add(entries.next());
                }
                yield more;
            }
            case "getString" ->
                Integer.valueOf(1).equals(arguments[0])
                        ? row.get(0).getKey()
                        : row.get(0).getValue();
            default -> null;
        });
    }

    private static <T> T object(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private void galera() {
        values.putAll(Map.of(
                "version", "11.4.5-MariaDB",
                "wsrep_on", "ON",
                "wsrep_reject_queries", "NONE",
                "wsrep_cluster_status", "Primary",
                "wsrep_ready", "ON",
                "wsrep_local_state", "4",
                "wsrep_local_state_comment", "Synced"));
    }

    @Test
    void oneStatementThatEndsInForUpdateIsEnough() throws SQLException {
        Readiness.Found found = check();
        assertThat(found.session()).isEqualTo(42);
        assertThat((Object) found.lastResort()).isNull();
        galera();
        assertThat((Object) check().lastResort()).isNull();
        assertThat(asked)
                .hasSize(2)
                .allSatisfy(query -> assertThat(query)
                        .startsWith("SELECT")
                        .endsWith("FOR UPDATE")
                        // with which ProxySQL would give the session a backend of its own
                        .doesNotContain("@"));
    }

    @ParameterizedTest
    @CsvSource({
        "read_only, NO_LOCK, read_only is NO_LOCK",
        "read_only, 1, read_only is 1",
        "offline_mode, ON, offline_mode is ON",
        "innodb_force_recovery, 1, innodb_force_recovery is 1",
        "innodb_read_only, ON, innodb_read_only is ON"
    })
    void oneThatTakesNoWritesIsNotReady(String name, String value, String reason) {
        values.put(name, value);
        assertThatThrownBy(this::check).hasMessage("not ready: " + reason);
    }

    @ParameterizedTest
    @CsvSource({
        "wsrep_cluster_status, non-Primary, wsrep_cluster_status is non-Primary",
        "wsrep_ready, OFF, wsrep_ready is OFF",
        "wsrep_reject_queries, ALL_KILL, wsrep_reject_queries is ALL_KILL",
        "wsrep_local_state, 1, wsrep_local_state is 1 (Synced)",
        "pxc_maint_mode, SHUTDOWN, pxc_maint_mode is SHUTDOWN"
    })
    void aGaleraNodeThatDoesNotTakePartIsNotReady(String name, String value, String reason) {
        galera();
        values.put(name, value);
        assertThatThrownBy(this::check).hasMessage("not ready: " + reason);
    }

    @ParameterizedTest
    @CsvSource({
        "wsrep_local_state, 2, wsrep_local_state is 2 (Synced)",
        "wsrep_local_state, 3, wsrep_local_state is 3 (Synced)",
        "innodb_force_recovery, 4, innodb_force_recovery is 4"
    })
    void oneThatHadBetterNotIsTheLastResort(String name, String value, String reason) throws SQLException {
        galera();
        values.put(name, value);
        assertThat(String.valueOf(check().lastResort())).endsWith("only as the last resort: " + reason);
    }

    /** It answers all but SHOW with 1047. */
    @Test
    void aGaleraNodeWithoutAQuorumIsAskedByShowWhy() {
        galera();
        values.put("wsrep_cluster_status", "non-Primary");
        values.put("wsrep_ready", "OFF");
        errors.put("SELECT", 1047);
        assertThatThrownBy(this::check).hasMessageContaining("not ready: wsrep_cluster_status is non-Primary");
        assertThat(asked).hasSize(3);
        values.put("wsrep_ready", "ON");
        assertThatThrownBy(this::check)
                .as("ready meanwhile")
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1047));
    }

    /** As MySQL 5.7, by SHOW, which a proxy may send to a replica. */
    @Test
    void aServerThatDoesNotUnderstandIsAskedByShowAndTheMessageNamesTheProperty() throws SQLException {
        errors.put("SELECT", 1064);
        assertThat(check().session()).isEqualTo(42);
        values.put("read_only", "ON");
        assertThatThrownBy(this::check).hasMessageContainingAll("read_only is ON", "set ReadinessCheck");
    }

    /** A proxy without a backend would let each further statement wait as long. */
    @Test
    void anotherErrorIsNoReasonToAskAgain() {
        errors.put("SELECT", 9001);
        assertThatThrownBy(this::check)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(9001));
        assertThat(asked).hasSize(1);
    }

    @Test
    void aMemberOfAGroupIsAskedByOneStatementMore() throws SQLException {
        values.put("group_replication_group_name", "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
        assertThat((Object) check().lastResort()).isNull();
        assertThat(asked).hasSize(2);
        errors.put("SELECT group_replication", 1123);
        errors.put("SELECT CONCAT", 1142);
        assertThatThrownBy(this::check)
                .hasMessageContainingAll("not ONLINE", "majority", "performance_schema.replication_group_members");
    }

    /** Before 8.0.13 there is no such function, and super_read_only is all that is known. */
    @Test
    void anOldMemberIsTakenAtItsWord() throws SQLException {
        values.put("group_replication_group_name", "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
        errors.put("SELECT group_replication", 1305);
        assertThat((Object) check().lastResort()).isNull();
    }

    /** The plugin may be loaded where no group is. */
    @Test
    void aServerWithThePluginAloneIsNoMember() throws SQLException {
        values.put("group_replication_group_name", "");
        assertThat((Object) check().lastResort()).isNull();
        assertThat(asked).hasSize(1);
    }
}
