/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a physical connection was like before the application changed it. A value is read just before its
 * first change, so a connection that nobody changes costs nothing. Confined to the connection's user.
 */
final class DirtyAttributes {

    enum Attribute {
        TRANSACTION_ISOLATION,
        READ_ONLY,
        CATALOG,
        SCHEMA,
        HOLDABILITY,
        NETWORK_TIMEOUT,
        TYPE_MAP,
        CLIENT_INFO
    }

    @FunctionalInterface
    interface Reader<T> {
        @Nullable T read(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    interface Writer<T> {
        void write(Connection connection, @Nullable T value) throws SQLException;
    }

    /** What is sent at once. */
    @FunctionalInterface
    interface Command {
        void run(Connection connection) throws SQLException;
    }

    private record Original<T>(@Nullable T value, Reader<T> reader, Writer<T> writer) {

        void restore(Connection connection) throws SQLException {
            // No driver takes a null back; where it still reads null the change had no effect to undo.
            if (value != null || reader.read(connection) != null) {
                writer.write(connection, value);
            }
        }
    }

    private final Connection connection;
    private final Map<Attribute, Original<?>> values = new EnumMap<>(Attribute.class);

    DirtyAttributes(Connection connection) {
        this.connection = connection;
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    boolean differs(Attribute attribute) {
        return values.containsKey(attribute);
    }

    /** Returns whether a default database was chosen where there was none. */
    boolean lackedDatabase() {
        return lacked(Attribute.CATALOG) || lacked(Attribute.SCHEMA);
    }

    private boolean lacked(Attribute attribute) {
        Original<?> original = values.get(attribute);
        return original != null && (original.value() == null || "".equals(original.value()));
    }

    /** Takes note that the attribute has been set back already. */
    void forget(Attribute attribute) {
        values.remove(attribute);
    }

    /** Changes the attribute to {@code value}; setting the original value again needs no restoring later. */
    <T> void change(Attribute attribute, Reader<T> reader, Writer<T> writer, @Nullable T value) throws SQLException {
        change(attribute, reader, writer, value, c -> writer.write(c, value));
    }

    /** Changes the attribute with {@code change}, which differs from how it is restored. */
    <T> void change(Attribute attribute, Reader<T> reader, Writer<T> restorer, @Nullable T value, Command change)
            throws SQLException {
        Original<?> known = values.get(attribute);
        Original<?> original = known != null ? known : new Original<>(reader.read(connection), reader, restorer);
        change.run(connection);
        if (Objects.equals(original.value(), value)) {
            values.remove(attribute);
        } else {
            values.put(attribute, original);
        }
    }

    /** Sets back all that differs. What was restored before a failure is not restored again. */
    void restore() throws SQLException {
        Iterator<Original<?>> each = values.values().iterator();
        while (each.hasNext()) {
            each.next().restore(connection);
            each.remove();
        }
    }
}
