/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What JDBC's methods can set of a session, but for the auto-commit mode. */
@SuppressWarnings("ImmutableEnumChecker") // methods of JDBC are
enum Attribute {
    TRANSACTION_ISOLATION(Connection::getTransactionIsolation, Connection::setTransactionIsolation),
    READ_ONLY(Connection::isReadOnly, Connection::setReadOnly),
    CATALOG(Connection::getCatalog, Connection::setCatalog),
    SCHEMA(Connection::getSchema, Connection::setSchema),
    HOLDABILITY(Connection::getHoldability, Connection::setHoldability),
    NETWORK_TIMEOUT(Connection::getNetworkTimeout, Attribute::setNetworkTimeout),
    TYPE_MAP(Connection::getTypeMap, Connection::setTypeMap),
    CLIENT_INFO(Attribute::getClientInfo, Connection::setClientInfo);

    @FunctionalInterface
    private interface Writer<T> {
        void write(Connection connection, T value) throws SQLException;
    }

    private final SqlFunction<Connection, ?> reader;
    private final Writer<Object> writer;

    @SuppressWarnings("unchecked") // what is written was read here, or given to the method of JDBC that sets this
    <T> Attribute(SqlFunction<Connection, T> reader, Writer<T> writer) {
        this.reader = reader;
        this.writer = (Writer<Object>) writer;
    }

    @Nullable Object read(Connection connection) throws SQLException {
        return reader.of(connection);
    }

    /** @param value of the type that JDBC's method takes */
    @SuppressWarnings("NullAway") // JDBC takes null where there is none
    void write(Connection connection, @Nullable Object value) throws SQLException {
        writer.write(connection, value);
    }

    /** The application's executor may be gone when the value is set again, or back. */
    private static void setNetworkTimeout(Connection connection, Integer millis) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, millis);
    }

    /** A copy, for the driver's own may change with the session. */
    private static Properties getClientInfo(Connection connection) throws SQLException {
        Properties copy = new Properties();
        copy.putAll(Objects.requireNonNullElseGet(connection.getClientInfo(), Properties::new));
        return copy;
    }
}
