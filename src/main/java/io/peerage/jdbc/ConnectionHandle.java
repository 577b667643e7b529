/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The connection as the application holds it. Works on the physical connection that its managed connection owns at the
 * moment, and can be moved to another managed connection. Thread-safe as far as the driver is; it may be closed,
 * invalidated or abandoned from any thread.
 */
public class ConnectionHandle extends AssociatedHandle {

    /**
     * Creates a handle on {@code owner}'s physical connection.
     *
     * @param owner null if it is to find a managed connection when it is used
     * @param home how it finds another managed connection when it is dissociated; null if it cannot be
     */
    public ConnectionHandle(@Nullable Owner owner, @Nullable LazyAssociation home) {
        super(owner, home);
    }

    /** A no is a lost connection, which the container must not hand to anybody else. */
    @Override
    public boolean isValid(int timeoutSeconds) throws SQLException {
        if (isClosed()) {
            return false;
        }
        Association a = association();
        Session session;
        try {
            session = session(a);
        } catch (SQLException lost) {
            // An answer, not a failure: who asks wants to know just this.
            return false;
        }
        boolean valid = super.isValid(timeoutSeconds);
        if (!valid) {
            a.failed(Refusals.lost("The connection failed the validation that the application asked for"), session);
        }
        return valid;
    }

    /** Ends the physical connection: the owner hears of a lost connection, this handle is dead. */
    @Override
    public void abort(Executor executor) throws SQLException {
        if (isClosed()) {
            return;
        }
        Association a = association();
        Session session = session(a);
        if (executor != null) {
            // Not every driver ends a call that waits: MariaDB's waits with it.
            a.owner.sever(session);
        }
        try {
            super.abort(executor);
        } catch (SQLException e) {
            // Who waited may have met the end first, and all is closed then.
            if (!isClosed()) {
                throw e;
            }
        }
        a.failed(Refusals.lost("The application aborted the connection"), session);
        abandon();
    }

    /** Returns whether the transaction that this works in is the container's to end. */
    boolean inManagedTransaction() throws SQLException {
        return association().owner.inManagedTransaction();
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return !inManagedTransaction() && Boolean.TRUE.equals(call(Session::autoCommit));
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        if (!inManagedTransaction()) {
            run(session -> session.setAutoCommit(autoCommit));
        } else if (autoCommit) {
            throw managed("setAutoCommit(true)");
        }
    }

    @Override
    public void commit() throws SQLException {
        end("commit()", session -> session.end(true));
    }

    @Override
    public void rollback() throws SQLException {
        end("rollback()", session -> session.end(false));
    }

    void end(String method, SqlAction<Session> end) throws SQLException {
        if (inManagedTransaction()) {
            throw managed(method);
        }
        run(end);
    }

    /** Refused within a managed transaction, which keeps the level it began with, unless that is the one asked for. */
    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        if (!inManagedTransaction()) {
            set(Attribute.TRANSACTION_ISOLATION, level);
            return;
        }
        int present = getTransactionIsolation();
        if (level != present) {
            throw Refusals.transactionState("setTransactionIsolation(" + level
                    + ") is not allowed within a transaction of the container, which runs at level " + present);
        }
    }

    /** Only a hint, and one that comes too late within a managed transaction: it is ignored there. */
    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        if (!inManagedTransaction()) {
            set(Attribute.READ_ONLY, readOnly);
        }
    }

    /** What the server said last beats what the driver was told. */
    @Override
    @SuppressWarnings("NullAway") // JDBC allows null where there is none
    public String getCatalog() throws SQLException {
        return call(session -> session.attributes().database(Attribute.CATALOG));
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public String getSchema() throws SQLException {
        return call(session -> session.attributes().database(Attribute.SCHEMA));
    }

    @Override
    public void setCatalog(@Nullable String catalog) throws SQLException {
        set(Attribute.CATALOG, catalog);
    }

    @Override
    public void setSchema(@Nullable String schema) throws SQLException {
        set(Attribute.SCHEMA, schema);
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        set(Attribute.HOLDABILITY, holdability);
    }

    @Override
    public void setTypeMap(@Nullable Map<String, Class<?>> types) throws SQLException {
        set(Attribute.TYPE_MAP, types);
    }

    @Override
    public void setNetworkTimeout(Executor executor, int timeoutMillis) throws SQLException {
        run(session -> session.set(
                Attribute.NETWORK_TIMEOUT, timeoutMillis, c -> c.setNetworkTimeout(executor, timeoutMillis)));
    }

    @Override
    public void setClientInfo(@Nullable String name, @Nullable String value) throws SQLClientInfoException {
        changeClientInfo(c -> c.setClientInfo(name, value));
    }

    @Override
    public void setClientInfo(@Nullable Properties properties) throws SQLClientInfoException {
        changeClientInfo(c -> c.setClientInfo(properties));
    }

    /** What the properties are afterwards is the driver's affair, so they count as changed in any case. */
    private void changeClientInfo(SqlAction<Connection> change) throws SQLClientInfoException {
        try {
            run(session -> session.set(Attribute.CLIENT_INFO, null, change));
        } catch (SQLClientInfoException e) {
            throw e;
        } catch (SQLException e) {
            Map<String, ClientInfoStatus> failed = new TreeMap<>();
            if (e.getCause() instanceof SQLClientInfoException cause && cause.getFailedProperties() != null) {
                failed.putAll(cause.getFailedProperties());
            }
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), e.getErrorCode(), failed, e);
        }
    }

    /** Sets what lasts beyond a transaction. */
    void set(Attribute attribute, @Nullable Object value) throws SQLException {
        run(session -> session.set(attribute, value));
    }

    private void run(SqlAction<Session> action) throws SQLException {
        call(action);
    }

    private <T> @Nullable T call(SqlFunction<Session, T> function) throws SQLException {
        Association a = association();
        return a.call(session(a), function);
    }

    private static SQLException managed(String method) {
        return Refusals.transactionState(method + " is not allowed within a transaction of the container: "
                + "the container ends it (UserTransaction, or the method that began it)");
    }
}
