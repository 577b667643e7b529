/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A statement as the application holds it. Closed with its connection handle. Thread-safe as far as the driver is.
 *
 * @param <D> the JDBC interface of the driver's statement
 */
public class StatementHandle<D extends Statement> extends DelegatingStatement<D> {

    private volatile boolean closesOnCompletion;

    /** Whether it has a limit of rows or of time, for which a driver may set something in the session and set it back. */
    private volatile boolean limited;

    StatementHandle(Association association, Session session, D delegate) {
        super(association, session, delegate);
    }

    /**
     * Does nothing once the statement is closed: who cancels is a thread beside the one that works, and may come late.
     * What fails is the connection that the driver opens to cancel, so it says nothing of this one and is told to
     * nobody but the caller.
     */
    @Override
    public void cancel() throws SQLException {
        D running = open();
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public void setMaxRows(int max) throws SQLException {
        super.setMaxRows(max);
        limited = true;
    }

    @Override
    public void setLargeMaxRows(long max) throws SQLException {
        super.setLargeMaxRows(max);
        limited = true;
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        super.setQueryTimeout(seconds);
        limited = true;
    }

    @Override
    void answered(Association a, Session s) throws SQLException {
        a.answered(s, limited);
    }

    @Override
    public void closeOnCompletion() throws SQLException {
        super.closeOnCompletion();
        closesOnCompletion = true;
    }

    @Override
    void resultSetClosed() throws SQLException {
        if (closesOnCompletion && !isReleased() && super.isClosed()) {
            release();
        }
    }

    @Override
    Connection handle(Association a, Session s, Connection result) {
        return a.connection;
    }

    @Override
    ResultSet handle(Association a, Session s, ResultSet result) {
        return new ResultSetHandle(a, s, this, result);
    }
}
