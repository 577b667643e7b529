/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.usage;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;

/** A component that calls another one while it has a connection in use. Thread-safe. */
@ApplicationScoped
public class Outer {

    @Resource(lookup = "jdbc/direct")
    private DataSource source;

    @Inject
    private Inner inner;

    /**
     * Works, has {@link Inner} work in the same, in a new and in no transaction, and works on.
     *
     * @throws IllegalStateException to roll back, unless {@code commit}
     */
    @Transactional
    public void work(String note, boolean commit, Properties facts) throws SQLException {
        try (Connection connection = source.getConnection()) {
            Notes.insert(connection, note + "-outer");
            facts.setProperty("outer", Notes.session(connection));
            facts.setProperty("required", inner.required(note + "-required"));
            facts.setProperty("new", inner.requiresNew(note + "-new"));
            facts.setProperty("none", inner.notSupported(note + "-none"));
            try {
                inner.requiresNewAndFails(note + "-newUndone");
            } catch (IllegalStateException rolledBack) {
                facts.setProperty("failed", "true");
            }
            Notes.insert(connection, note + "-outer");
            facts.setProperty("outerAfter", Notes.session(connection));
        }
        if (!commit) {
            throw new IllegalStateException("rolls back");
        }
    }
}
