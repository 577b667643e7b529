/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One method of one JDBC interface, called on a handle: what {@link DelegationTest} is about. Immutable. */
record Delegation(Class<?> type, Method method) {

    static final List<Class<?>> JDBC_TYPES = List.of(
            Connection.class,
            Statement.class,
            PreparedStatement.class,
            CallableStatement.class,
            ResultSet.class,
            DatabaseMetaData.class);

    /** Returns every method of every interface, inherited ones too. */
    static Stream<Delegation> all() {
        return JDBC_TYPES.stream()
                .flatMap(type -> Arrays.stream(type.getMethods())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        // redeclared by PreparedStatement with the same signature
                        .filter(method -> method.getDeclaringClass() != AutoCloseable.class)
                        .map(method -> new Delegation(type, method)));
    }

    boolean is(Class<?> declaring, String... names) {
        return type == declaring && Arrays.asList(names).contains(method.getName());
    }

    boolean isUnwrapping() {
        return method.getDeclaringClass() == Wrapper.class;
    }

    boolean throwsSqlException() {
        return Arrays.stream(method.getExceptionTypes()).anyMatch(SQLException.class::isAssignableFrom);
    }

    /** Opens a handle of this type on {@code connection}. */
    Object open(Connection connection) throws SQLException {
        if (type == Connection.class) {
            return connection;
        } else if (type == Statement.class) {
            return connection.createStatement();
        } else if (type == PreparedStatement.class) {
            return connection.prepareStatement("SELECT 1");
        } else if (type == CallableStatement.class) {
            return connection.prepareCall("CALL p()");
        } else if (type == ResultSet.class) {
            return connection.createStatement().executeQuery("SELECT 1");
        }
        return connection.getMetaData();
    }

    @Override
    public String toString() {
        return type.getSimpleName() + " "
                + method.toString().replaceAll("(public|abstract|default|java\\.\\w+\\.) ?", "");
    }
}
