/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is recognised as unable to do XA; the answers are those of the servers' documentation and sources. */
class XaCapabilityTest {

    private static final String COMMENT = "SELECT @@version_comment LIMIT 1";
    private static final String WSREP = "SHOW VARIABLES WHERE Variable_name = 'wsrep_on'";

    private final XaCapability capability = new XaCapability();
    private final List<String> asked = new ArrayList<>();

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
}
