/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is recognised as unable to do XA; the answers are those of the servers' documentation and sources. */
class XaCapabilityTest {

    private static final String COMMENT = "select @@version_comment limit 1";
    private static final String WSREP = "SHOW VARIABLES WHERE Variable_name = 'wsrep_on'";

    private final XaCapability capability = new XaCapability();
    private final List<String> asked = new ArrayList<>();
    private final Map<String, SQLException> refusals = new HashMap<>();

    private Connection server(String version, Map<String, String> answers) {
        return object(Connection.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getMetaData" -> object(DatabaseMetaData.class, (p, m, a) -> version);
            case "createStatement" -> statement(answers);
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private Statement statement(Map<String, String> answers) {
        return object(Statement.class, (proxy, method, arguments) -> {
            if (method.getName().equals("close")) {
                return null;
            }
            String query = String.valueOf(arguments[0]);
            asked.add(query);
            SQLException refusal = refusals.get(query);
            if (refusal != null) {
                throw refusal;
            }
            String answer = answers.get(query);
            if (answer == null) {
                throw new SQLException("unknown query", "42000", 1064);
            }
            return object(ResultSet.class, (p, m, a) -> switch (m.getName()) {
                case "next" -> !answer.isEmpty();
                case "getString" -> answer;
                default -> null;
            });
        });
    }

    private static <T> T object(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void aPlainServerIsAskedOnce() {
        Connection plain = server("11.4.5-MariaDB", Map.of(COMMENT, "MariaDB Server", WSREP, "OFF"));
        assertThat(capability.obstacle(plain)).isEmpty();
        assertThat(capability.obstacle(plain)).isEmpty();
        assertThat(asked).containsExactly(COMMENT, WSREP);
    }

    @Test
    void mysqlKnowsNoGalera() {
        assertThat(capability.obstacle(server("8.4.3", Map.of(COMMENT, "MySQL Community Server - GPL", WSREP, ""))))
                .isEmpty();
    }

    @Test
    void recognisesGalera() {
        Connection galera = server("10.11.19-MariaDB", Map.of(COMMENT, "Debian 12", WSREP, "ON"));
        assertThat(capability.obstacle(galera)).contains("wsrep_on");
        assertThat(capability.obstacle(galera)).as("said once").isEmpty();
    }

    @Test
    void recognisesProxySql() {
        assertThat(capability.obstacle(server("8.0.30", Map.of(COMMENT, "(ProxySQL)"))))
                .contains("ProxySQL");
    }

    @Test
    void recognisesMaxScale() {
        assertThat(capability.obstacle(server("10.6.12 23.02.1-maxscale", Map.of())))
                .contains("MaxScale");
    }

    @Test
    void aServerThatDoesNotKnowTheQuestionIsNotRefused() {
        assertThat(capability.obstacle(server("5.7", Map.of()))).isEmpty();
    }

    /** The answer of MySQL 8 and later. */
    @Test
    void namesTheGrantOnce() {
        refusals.put("XA RECOVER", new SQLException("XAER_RMERR", "XAE03", 1401));
        Connection mySql = server("9.7.0", Map.of("SELECT CURRENT_USER()", "app@10.0.0.%"));
        assertThat(capability.missingRight(mySql)).isEqualTo("GRANT XA_RECOVER_ADMIN ON *.* TO 'app'@'10.0.0.%'");
        assertThat(capability.missingRight(mySql)).as("said once").isEmpty();
    }

    @Test
    void whoMayListIsNotAskedToGrantIt() {
        assertThat(capability.missingRight(server("9.7.0", Map.of("XA RECOVER", ""))))
                .isEmpty();
        assertThat(asked).containsExactly("XA RECOVER");
    }

    @Test
    void mariaDbWantsNoGrant() {
        assertThat(capability.missingRight(server("11.4.5-MariaDB", Map.of()))).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void aProxyThatLendsSessionsIsSeenByTheirNumbers() {
        assertThat(capability.compare(7, 7)).isEmpty();
        assertThat(capability.compare(7, (1L << 32) + 7)).isEmpty();
        assertThat(capability.compare(0, 9)).isEmpty();
        assertThat(capability.lends()).isFalse();
        assertThat(capability.compare(1_000_001, 9)).contains("lends", "1000001", "9");
        assertThat(capability.compare(1_000_002, 8)).as("said once").isEmpty();
        assertThat(capability.compare(8, 8)).isEmpty();
        assertThat(capability.lends())
                .as("by chance the same, and lent all the same")
                .isTrue();
    }
}
