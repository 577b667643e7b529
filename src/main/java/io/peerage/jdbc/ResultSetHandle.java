/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A result set as the application holds it. The driver closes it with its statement, so only one without a statement
 * handle is tracked. Thread-safe as far as the driver is.
 */
public class ResultSetHandle extends DelegatingResultSet {

    /** Null for a result set of DatabaseMetaData, whose statement is the driver's affair. */
    private final @Nullable StatementHandle<?> statement;

    ResultSetHandle(
            Association association, Session session, @Nullable StatementHandle<?> statement, ResultSet delegate) {
        super(association, session, delegate);
        this.statement = statement;
    }

    @Override
    ResultSet delegate(Association a, Session s) throws SQLException {
        if (statement != null && statement.isReleased()) {
            throw closed();
        }
        return super.delegate(a, s);
    }

    /** What DatabaseMetaData answered is often left open, and hardly ever more than a list that the driver holds. */
    @Override
    boolean keepsConnection() {
        return statement != null;
    }

    @Override
    public void close() throws SQLException {
        if (statement == null) {
            release();
        } else if (statement.isReleased()) {
            take();
        } else {
            release();
            statement.resultSetClosed();
        }
    }

    @Override
    SQLException closedRefusal() {
        return Refusals.resultClosed("The result set is closed, or its statement is");
    }

    @Override
    void close(ResultSet open) throws SQLException {
        open.close();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return isReleased() || (statement != null && statement.isReleased()) || super.isClosed();
    }

    @Override
    Statement handle(Association a, Session s, Statement result) throws SQLException {
        if (statement != null) {
            return statement;
        }
        return a.track(new StatementHandle<>(a, s, result));
    }
}
