/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import java.sql.Wrapper;

/**
 * What an application holds in place of one of the driver's objects. The generated {@code Delegating*} classes below it
 * pass every method of JDBC on; hand-written leaves add what is not plain delegation.
 *
 * <p>Objects a handle returns are handles too, by their declared type. Not wrapped are values ({@code Array},
 * {@code Blob}, {@code Clob}, {@code ResultSetMetaData} and the like): what they throw is not seen, and
 * {@code Array.getResultSet()} returns the driver's result set.
 *
 * <p>No class or public method of a handle is final: a container may subclass handles and override everything.
 * Thread-safe as far as the driver is.
 *
 * @param <D> the JDBC interface of the driver's object
 */
abstract class Handle<D extends Wrapper> implements Wrapper {

    /** Returns the association this handle works in. */
    abstract Association association() throws SQLException;

    /** Returns the session this handle works on. */
    abstract Session session(Association association) throws SQLException;

    /**
     * Returns the driver's object.
     *
     * @throws SQLException with SQLState 08003 if the handle is closed
     */
    abstract D delegate(Association association, Session session) throws SQLException;

    /** Prefers this handle to the driver's object, so that asking for a JDBC interface never unwraps anything. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        Association a = association();
        Session s = session(a);
        D d = delegate(a, s);
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        try {
            T driverObject = type.isInstance(d) ? type.cast(d) : d.unwrap(type);
            s.expose();
            return driverObject;
        } catch (SQLException e) {
            throw a.failed(e, s);
        }
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        Association a = association();
        Session s = session(a);
        D d = delegate(a, s);
        if (type.isInstance(this) || type.isInstance(d)) {
            return true;
        }
        try {
            return d.isWrapperFor(type);
        } catch (SQLException e) {
            throw a.failed(e, s);
        }
    }
}
