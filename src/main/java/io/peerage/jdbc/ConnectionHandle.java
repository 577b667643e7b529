/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import io.peerage.jdbc.HandleState.Dissociated;
import io.peerage.jdbc.HandleState.Ended;
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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The connection as the application holds it. Works on the physical connection that its managed connection owns at the
 * moment, and can be moved to another managed connection. Thread-safe as far as the driver is; it may be closed,
 * invalidated or abandoned from any thread.
 */
public class ConnectionHandle extends DelegatingConnection {

    @FunctionalInterface
    interface SessionCall {
        void on(Session session) throws SQLException;
    }

    private final AtomicReference<HandleState> state = new AtomicReference<>();
    private final @Nullable LazyAssociation home;

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
        state.set(new Association(this, owner));
    }

    /** Creates a handle that is not associated, and finds a place when it is used. */
    ConnectionHandle(LazyAssociation lazyAssociation) {
        home = lazyAssociation;
        state.set(new Dissociated(lazyAssociation));
    }

    /** Returns whether it is alive without being associated. */
    final boolean isDissociated() {
        return state.get() instanceof Dissociated;
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
            HandleState seen = state.get();
            if (seen instanceof Ended end) {
                throw Refusals.closed(end.message);
            }
            if (seen instanceof Association present && present.owner == owner) {
                return null;
            }
            if (state.compareAndSet(seen, next)) {
                if (seen instanceof Association left) {
                    left.end();
                    return left.owner;
                }
                return null;
            }
        }
    }

    /**
     * Detaches this handle from its managed connection, if it can find another one when it is used again.
     *
     * @return whether it can
     */
    public boolean dissociate() {
        if (home == null) {
            return false;
        }
        dissociate(home);
        return true;
    }

    /**
     * Detaches this handle from its managed connection; it lives on and finds another one when it is used again. Its
     * statements are closed. Does nothing if it is not associated.
     */
    public void dissociate(LazyAssociation lazyAssociation) {
        if (state.get() instanceof Association left && state.compareAndSet(left, new Dissociated(lazyAssociation))) {
            left.end();
        }
    }

    /** Makes this handle dead for ever and closes its statements, for a managed connection that is used again. */
    public void invalidate() {
        if (die(Ended.INVALIDATED) instanceof Association left) {
            left.end();
        }
    }

    /**
     * Makes this handle dead for ever and sends nothing, for a physical connection that is lost or hangs: closing a
     * statement on it could block.
     */
    public void abandon() {
        if (die(Ended.INVALIDATED) instanceof Association left) {
            left.abandon();
        }
    }

    /** Returns whether statements are open, so that the physical connection must not change. */
    public boolean hasOpenStatements() {
        return state.get() instanceof Association present && present.hasOpenStatements();
    }

    /** What fails to close is known to the owner by then; the work of the application is not affected. */
    @Override
    public void close() throws SQLException {
        HandleState left = die(Ended.CLOSED);
        if (left instanceof Association association) {
            association.end();
            association.owner.closed(this);
        } else if (left instanceof Dissociated dissociated) {
            dissociated.association().closed(this);
        }
    }

    /** Returns what was before for the one caller that ends it, else null. */
    private @Nullable HandleState die(Ended end) {
        HandleState seen = state.getAndUpdate(present -> present instanceof Ended ? present : end);
        return seen instanceof Ended ? null : seen;
    }

    @Override
    public boolean isClosed() {
        return state.get() instanceof Ended;
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
        return !association().owner.inManagedTransaction() && Boolean.TRUE.equals(ask(Session::autoCommit));
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        if (!association().owner.inManagedTransaction()) {
            call(session -> session.setAutoCommit(autoCommit));
        } else if (autoCommit) {
            throw managed("setAutoCommit(true)");
        }
    }

    @Override
    public void commit() throws SQLException {
        refuseManaged("commit()");
        call(Session::commit);
    }

    @Override
    public void rollback() throws SQLException {
        refuseManaged("rollback()");
        call(Session::rollback);
    }

    /** Refused within a managed transaction, which keeps the level it began with, unless that is the one asked for. */
    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        if (!association().owner.inManagedTransaction()) {
            call(session -> session.setTransactionIsolation(level));
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
            call(session -> session.setReadOnly(readOnly));
        }
    }

    /** What the server said last beats what the driver was told. */
    @Override
    @SuppressWarnings("NullAway") // JDBC allows null where there is none
    public String getCatalog() throws SQLException {
        return ask(Session::catalog);
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public String getSchema() throws SQLException {
        return ask(Session::schema);
    }

    @Override
    public void setCatalog(@Nullable String catalog) throws SQLException {
        call(session -> session.setCatalog(catalog));
    }

    @Override
    public void setSchema(@Nullable String schema) throws SQLException {
        call(session -> session.setSchema(schema));
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        call(session -> session.setHoldability(holdability));
    }

    @Override
    public void setTypeMap(@Nullable Map<String, Class<?>> types) throws SQLException {
        call(session -> session.setTypeMap(types));
    }

    @Override
    public void setNetworkTimeout(Executor executor, int timeoutMillis) throws SQLException {
        call(session -> session.setNetworkTimeout(executor, timeoutMillis));
    }

    @Override
    public void setClientInfo(@Nullable String name, @Nullable String value) throws SQLClientInfoException {
        callClientInfo(session -> session.setClientInfo(name, value));
    }

    @Override
    public void setClientInfo(@Nullable Properties properties) throws SQLClientInfoException {
        callClientInfo(session -> session.setClientInfo(properties));
    }

    private void callClientInfo(SessionCall call) throws SQLClientInfoException {
        try {
            call(call);
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

    @FunctionalInterface
    private interface SessionQuestion<T> {
        @Nullable T of(Session session) throws SQLException;
    }

    private <T> @Nullable T ask(SessionQuestion<T> question) throws SQLException {
        Association a = association();
        Session session = session(a);
        Activity activity = session.activity();
        activity.begin();
        try {
            return question.of(session);
        } catch (SQLException e) {
            throw a.failed(e, session);
        } catch (RuntimeException | Error e) {
            a.spoiled(session);
            throw e;
        } finally {
            activity.end();
        }
    }

    final void call(SessionCall call) throws SQLException {
        Association a = association();
        Session session = session(a);
        try {
            call.on(session);
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
        return state.get() instanceof Association present ? present : reassociate();
    }

    private Association reassociate() throws SQLException {
        if (state.get() instanceof Dissociated dissociated) {
            dissociated.association().associate(this);
        }
        HandleState now = state.get();
        if (now instanceof Association present) {
            return present;
        }
        throw Refusals.closed(now instanceof Ended end ? end.message : "The connection found no managed connection");
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
