/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A result set as the application holds it. The driver closes it with its statement, so it is not tracked. Thread-safe
 * as far as the driver is.
 */
public class ResultSetHandle extends DelegatingResultSet {

    private final DelegatingStatement<?> statement;

    ResultSetHandle(Association association, Session session, DelegatingStatement<?> statement, ResultSet delegate) {
        super(association, session, delegate);
        this.statement = statement;
    }

    @Override
    ResultSet delegate(Association a, Session s) throws SQLException {
        if (statement.isReleased()) {
            throw closed();
        }
        return super.delegate(a, s);
    }

    @Override
    final boolean isReleased() {
        return super.isReleased() || statement.isReleased();
    }

    @Override
    public void close() throws SQLException {
        if (statement.isReleased()) {
            abandon();
        } else {
            release();
            statement.resultSetClosed();
        }
    }

    @Override
    Statement handle(Association a, Session s, Statement result) {
        return statement;
    }
}
