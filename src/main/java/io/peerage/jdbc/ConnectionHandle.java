/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import io.peerage.jdbc.HandleState.Unbound;
import java.sql.CallableStatement;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The connection as the application holds it. Works on the physical connection that its managed connection owns at the
 * moment, and can be moved to another managed connection. Thread-safe as far as the driver is; it may be closed,
 * invalidated or abandoned from any thread.
 */
public class ConnectionHandle extends DelegatingConnection {

    private static final AtomicReferenceFieldUpdater<ConnectionHandle, HandleState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(ConnectionHandle.class, HandleState.class, "state");

    private final @Nullable LazyAssociation home;
    private volatile HandleState state;

    /** Creates a handle on {@code owner}'s physical connection, which ends with it. */
    public ConnectionHandle(Owner owner) {
        this(owner, null);
    }

    /**
     * Creates a handle on {@code owner}'s physical connection.
     *
     * @param home how it finds another managed connection when it is dissociated; null if it cannot be
     */
    @SuppressWarnings("this-escape") // nobody sees the association before the handle
    public ConnectionHandle(Owner owner, @Nullable LazyAssociation home) {
        this.home = home;
        this.state = new Association(this, owner);
    }

    /** Creates a handle that is not associated, and finds a managed connection when it is used. */
    ConnectionHandle(LazyAssociation home) {
        this.home = home;
        this.state = Unbound.DISSOCIATED;
    }

    /** Returns whether it is alive without being associated. */
    final boolean isDissociated() {
        return state == Unbound.DISSOCIATED;
    }

    /**
     * Moves this handle to another managed connection. The statements open on it are closed, because they belong to the
     * physical connection left behind. Does nothing if it is there already.
     *
     * @return the managed connection left behind; null if there was none, or it is the same
     * @throws SQLException with SQLState 08003 if this handle is dead
     */
    public @Nullable Owner associate(Owner owner) throws SQLException {
        Association next = new Association(this, owner);
        while (true) {
            HandleState seen = state;
            if (seen instanceof Unbound unbound && unbound != Unbound.DISSOCIATED) {
                throw Refusals.closed(unbound.refusal);
            }
            if (seen instanceof Association present && present.owner == owner) {
                return null;
            }
            if (STATE.compareAndSet(this, seen, next)) {
                if (seen instanceof Association left) {
                    left.end();
                    return left.owner;
                }
                return null;
            }
        }
    }

    /**
     * Detaches this handle from its managed connection, if it can find another one when it is used again. Its statements
     * are closed then. Does nothing if it is not associated.
     *
     * @return whether it can
     */
    public boolean dissociate() {
        if (home == null) {
            return false;
        }
        if (state instanceof Association left && STATE.compareAndSet(this, left, Unbound.DISSOCIATED)) {
            left.end();
        }
        return true;
    }

    /** Makes this handle dead for ever and closes its statements, for a managed connection that is used again. */
    public void invalidate() {
        if (die(Unbound.INVALIDATED) instanceof Association left) {
            left.end();
        }
    }

    /**
     * Makes this handle dead for ever and sends nothing, for a physical connection that is lost or hangs: closing a
     * statement on it could block.
     */
    public void abandon() {
        if (die(Unbound.INVALIDATED) instanceof Association left) {
            left.abandon();
        }
    }

    /** Returns whether statements are open, so that the physical connection must not change. */
    public boolean hasOpenStatements() {
        return state instanceof Association present && present.hasOpenStatements();
    }

    /** What fails to close is known to the owner by then; the work of the application is not affected. */
    @Override
    public void close() throws SQLException {
        HandleState left = die(Unbound.CLOSED);
        if (left instanceof Association association) {
            association.end();
            association.owner.closed(this);
        } else if (left == Unbound.DISSOCIATED && home != null) {
            home.closed(this);
        }
    }

    /** Returns what was before for the one caller that ends it, else null. */
    private @Nullable HandleState die(Unbound end) {
        HandleState seen = STATE.getAndUpdate(this, present -> present.isEnd() ? present : end);
        return seen.isEnd() ? null : seen;
    }

    @Override
    public boolean isClosed() {
        return state.isEnd();
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
            reportLost(a, session, "The connection failed the validation that the application asked for");
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
        reportLost(a, session, "The application aborted the connection");
        abandon();
    }

    private static void reportLost(Association a, Session session, String why) {
        a.failed(Refusals.lost(why), session);
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return !association().owner.inManagedTransaction() && Boolean.TRUE.equals(call(Session::autoCommit));
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        if (!association().owner.inManagedTransaction()) {
            run(session -> session.setAutoCommit(autoCommit));
        } else if (autoCommit) {
            throw managed("setAutoCommit(true)");
        }
    }

    @Override
    public void commit() throws SQLException {
        refuseManaged("commit()");
        run(Session::commit);
    }

    @Override
    public void rollback() throws SQLException {
        refuseManaged("rollback()");
        run(Session::rollback);
    }

    /** Refused within a managed transaction, which keeps the level it began with, unless that is the one asked for. */
    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        if (!association().owner.inManagedTransaction()) {
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
        if (!association().owner.inManagedTransaction()) {
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
        call(session -> {
            action.on(session);
            return null;
        });
    }

    private <T> @Nullable T call(SqlFunction<Session, T> function) throws SQLException {
        Association a = association();
        Session session = session(a);
        try {
            return function.of(session);
        } catch (SQLException e) {
            throw a.failed(e, session);
        } catch (RuntimeException | Error e) {
            a.spoiled(session);
            throw e;
        }
    }

    private void refuseManaged(String method) throws SQLException {
        if (association().owner.inManagedTransaction()) {
            throw managed(method);
        }
    }

    private static SQLException managed(String method) {
        return Refusals.transactionState(method + " is not allowed within a transaction of the container: "
                + "the container ends it (UserTransaction, or the method that began it)");
    }

    /** Returns where this handle is, after finding it a place if it was dissociated. */
    @Override
    Association association() throws SQLException {
        return state instanceof Association present ? present : reassociate();
    }

    private Association reassociate() throws SQLException {
        if (state == Unbound.DISSOCIATED && home != null) {
            home.associate(this);
        }
        HandleState now = state;
        if (now instanceof Unbound unbound) {
            throw Refusals.closed(unbound.refusal);
        }
        return (Association) now;
    }

    @Override
    Session session(Association association) throws SQLException {
        return association.owner.session();
    }

    @Override
    Connection delegate(Association association, Session session) {
        return session.connection();
    }

    @Override
    Statement handle(Association a, Session s, Statement result) throws SQLException {
        return a.track(new StatementHandle<>(a, s, result));
    }

    @Override
    PreparedStatement handle(Association a, Session s, PreparedStatement result) throws SQLException {
        return a.track(new PreparedStatementHandle<>(a, s, result));
    }

    @Override
    CallableStatement handle(Association a, Session s, CallableStatement result) throws SQLException {
        return a.track(new CallableStatementHandle(a, s, result));
    }

    @Override
    DatabaseMetaData handle(Association a, Session s, DatabaseMetaData result) {
        return new MetaDataHandle(this, s, result);
    }
}
