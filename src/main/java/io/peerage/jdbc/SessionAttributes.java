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
 * The attributes of a session, and what those were that the application changed. The original is read just before the
 * first change, so a session that nobody changes costs nothing. Confined to the connection's user.
 */
final class SessionAttributes {

    private final SessionTracker tracker;
    private final Map<Attribute, @Nullable Object> originals = new EnumMap<>(Attribute.class);

    SessionAttributes(SessionTracker tracker) {
        this.tracker = tracker;
    }

    /** Returns whether the application changed nothing, or set it back. */
    boolean isOriginal() {
        return originals.isEmpty();
    }

    /** Returns whether the application changed {@code attribute} and did not set it back. */
    boolean differs(Attribute attribute) {
        return originals.containsKey(attribute);
    }

    /** Returns whether a default database was chosen where there was none. */
    boolean lackedDatabase() {
        return lacked(Attribute.CATALOG) || lacked(Attribute.SCHEMA);
    }

    private boolean lacked(Attribute attribute) {
        Object original = originals.get(attribute);
        return differs(attribute) && (original == null || original.equals(""));
    }

    /**
     * Returns the default database, by the server's word where SQL text may have chosen another one.
     *
     * @param attribute under which the driver keeps it: the catalog, or the schema
     */
    @Nullable String database(Attribute attribute) throws SQLException {
        return tracker.marked(driver -> {
            Object known = attribute.read(driver);
            String told = known == null || !tracker.isDistrusted()
                    ? null
                    : tracker.server().database();
            return told == null ? (String) known : told;
        });
    }

    /**
     * Changes the attribute. Setting the original value again needs no restoring later.
     *
     * @param change how, which may differ from how it is set back
     */
    void change(Attribute attribute, @Nullable Object value, SqlAction<Connection> change) throws SQLException {
        tracker.send(driver -> {
            Object original = differs(attribute) ? originals.get(attribute) : attribute.read(driver);
            change.on(driver);
            if (Objects.equals(original, value)) {
                originals.remove(attribute);
            } else {
                originals.put(attribute, original);
            }
        });
        if (attribute == Attribute.READ_ONLY && tracker.isDistrusted()) {
            tracker.send(ignored -> tracker.server().insist(Boolean.TRUE.equals(value)));
        }
    }

    /** Takes note that the attribute has been set back already. */
    void forget(Attribute attribute) {
        originals.remove(attribute);
    }

    /** Sets back all that differs. What was restored before a failure is not restored again. */
    void restore() throws SQLException {
        tracker.send(driver -> {
            Iterator<Map.Entry<Attribute, @Nullable Object>> each =
                    originals.entrySet().iterator();
            while (each.hasNext()) {
                Map.Entry<Attribute, @Nullable Object> original = each.next();
                // No driver takes a null back; where it still reads null the change had no effect to undo.
                if (original.getValue() != null || original.getKey().read(driver) != null) {
                    original.getKey().write(driver, original.getValue());
                }
                each.remove();
            }
        });
    }
}
