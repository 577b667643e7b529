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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which PostgreSQL server it is, where that may be asked. */
class PostgreSqlReadinessTest {

    private final PostgreSqlReadiness readiness = new PostgreSqlReadiness(1);
    /** Whom the servers keep their identity from, as {@code url user}. */
    private final Set<String> kept = new HashSet<>();

    private int refusals;

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Connection connection(String url, String user) {
        DatabaseMetaData meta = proxy(
                DatabaseMetaData.class, (self, method, args) -> method.getName().equals("getURL") ? url : user);
        return proxy(
                Connection.class,
                (self, method, args) -> method.getName().equals("getMetaData") ? meta : statement(url + " " + user));
    }

    private Statement statement(String asking) {
        return proxy(Statement.class, (self, method, args) -> {
            if (!method.getName().equals("executeQuery")) {
                return null;
            }
            boolean wantsIdentity = String.valueOf(args[0]).contains("pg_control_system");
            if (wantsIdentity && kept.contains(asking)) {
                refusals++;
                throw new SQLException("permission denied for function pg_control_system", "42501");
            }
            return row(List.of(false, 0L, "4711", "5432"));
        });
    }

    private static ResultSet row(List<Object> columns) {
        return proxy(ResultSet.class, (self, method, args) -> switch (method.getName()) {
            case "next" -> true;
            case "close" -> null;
            default -> columns.get((Integer) args[0] - 1);
        });
    }

    @Test
    void oneThatKeepsItsIdentityHasNoOtherPassedBy() throws SQLException {
        kept.add("one app");
        assertThat(readiness.check(connection("one", "app")).server()).isNull();
        assertThat(readiness.check(connection("two", "app")).server()).isEqualTo(new ServerId("4711:5432", false));
        assertThat(readiness.check(connection("one", "admin")).server()).isEqualTo(new ServerId("4711:5432", false));
        assertThat(readiness.check(connection("one", "app")).server()).isNull();
        assertThat(refusals).as("times the server refused").isEqualTo(1);
    }
}
