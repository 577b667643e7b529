/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.usage;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A component that another one calls in the middle of its work. Each method returns the session it worked on. */
@ApplicationScoped
public class Inner {

    @Resource(lookup = "jdbc/direct")
    private DataSource source;

    @Transactional
    public String required(String note) throws SQLException {
        return insert(note);
    }

    @Transactional(TxType.REQUIRES_NEW)
    public String requiresNew(String note) throws SQLException {
        return insert(note);
    }

    @Transactional(TxType.REQUIRES_NEW)
    public void requiresNewAndFails(String note) throws SQLException {
        String session = insert(note);
        throw new IllegalStateException("rolls back what " + session + " did");
    }

    @Transactional(TxType.NOT_SUPPORTED)
    public String notSupported(String note) throws SQLException {
        return insert(note);
    }

    private String insert(String note) throws SQLException {
        try (Connection connection = source.getConnection()) {
            Notes.insert(connection, note);
            return Notes.session(connection);
        }
    }
}
