/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection as it is held outside a container, perhaps for hours by a JDBC pool on top of Peerage that lends it to
 * one user after the other. Between two of them it rests: its next use begins a unit of work, on a peer dealt for it.
 *
 * <p>A unit of work begins with whatever needs the server: a statement, say, or the meta data. It ends at
 * {@link #endRequest}, with which JDBC lets a pool mark that a user is done. Few give the mark unless told to; HikariCP
 * and Commons DBCP are known by their call of {@link #clearWarnings} when a connection is given back to them. No unit
 * of work ends while a statement or a transaction is open. A connection that nobody marks stays with its peer, as one
 * of the driver's would.
 *
 * <p>What is set through JDBC's methods, client info excepted, is set again on the peer of the next unit of work,
 * because a pool sets it once and expects it to last; set at rest it takes effect, or fails, with the next use.
 * Thread-safe as far as the driver is.
 */
public class UnmanagedConnectionHandle extends ConnectionHandle {

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws SQLException;
    }

    private static final List<Integer> LEVELS = List.of(
            TRANSACTION_READ_UNCOMMITTED,
            TRANSACTION_READ_COMMITTED,
            TRANSACTION_REPEATABLE_READ,
            TRANSACTION_SERIALIZABLE);

    private final UnmanagedAssociation home;
    /** What differs from how a connection is opened. */
    private final Map<Attribute, @Nullable Object> carried = new EnumMap<>(Attribute.class);

    private final BooleanSupplier givenBack;

    private boolean autoCommit = true;

    /** Creates a handle that rests. */
    public UnmanagedConnectionHandle(UnmanagedAssociation home) {
        this(home, PoolReturn::isUnderWay);
    }

    /** @param givenBack asked within {@link #clearWarnings}: whether a pool calls it because a user is done */
    UnmanagedConnectionHandle(UnmanagedAssociation home, BooleanSupplier givenBack) {
        super(null, home);
        this.home = home;
        this.givenBack = givenBack;
    }

    @Override
    Association association() throws SQLException {
        if (!isDissociated()) {
            return super.association();
        }
        Association begun = super.association();
        try {
            carryTo(begun);
        } catch (SQLException e) {
            restQuietly();
            throw e;
        }
        return begun;
    }

    private void carryTo(Association begun) throws SQLException {
        begun.run(session(begun), session -> {
            for (Map.Entry<Attribute, @Nullable Object> each : carried.entrySet()) {
                session.set(each.getKey(), each.getValue());
            }
            forgetOriginals(session);
            // Last: what is set with auto-commit off may count as the beginning of a transaction.
            session.setAutoCommit(autoCommit);
        });
    }

    /** At rest it is only noted: pools set what they want on every connection long before its use. */
    @Override
    void set(Attribute attribute, @Nullable Object value) throws SQLException {
        if (isDissociated()) {
            carried.put(attribute, value);
            return;
        }
        super.set(attribute, value);
        carried.put(attribute, value);
        forgetOriginals(session(association()));
    }

    /** What has been set back is as on every peer. */
    private void forgetOriginals(Session session) {
        carried.keySet().removeIf(attribute -> !session.attributes().differs(attribute));
    }

    /**
     * Ends the unit of work if it can end here.
     *
     * @param done whether the user is, so that a transaction that is still open has nobody left to end it
     */
    private boolean rested(boolean done) throws SQLException {
        if (isClosed() || isDissociated()) {
            return true;
        }
        if (hasOpenStatements() || (!done && session(association()).hasOpenTransaction())) {
            return false;
        }
        rest();
        return true;
    }

    /** @throws SQLException if the connection cannot be made as it was; this handle is dead then */
    private void rest() throws SQLException {
        dissociate();
        try {
            home.rest(this);
        } catch (SQLException e) {
            abandon();
            throw e;
        }
    }

    private void restQuietly() {
        try {
            rest();
        } catch (SQLException ignored) {
            // passed the funnel
        }
    }

    /** Asks without beginning a unit of work that lasts: pools ask when they open a connection, long before its use. */
    private <T> T glance(Question<T> question) throws SQLException {
        boolean resting = isDissociated();
        T answer = question.ask();
        if (resting) {
            rested(false);
        }
        return answer;
    }

    /** The one before has ended; the next begins with the first use. */
    @Override
    public void beginRequest() throws SQLException {
        rested(false);
    }

    /** A transaction that JDBC's own mode began stays open, as JDBC has it; one begun by SQL text is rolled back. */
    @Override
    public void endRequest() throws SQLException {
        if (!isClosed() && !isDissociated()) {
            rested(session(association()).asksAutoCommit());
        }
    }

    /** In the middle of its use it only clears the warnings; at rest there are none. */
    @Override
    public void clearWarnings() throws SQLException {
        if (!isDissociated() && (!givenBack.getAsBoolean() || isClosed() || !rested(true))) {
            super.clearWarnings();
        }
    }

    /** At rest: whether a unit of work could begin, which takes no statement unless a connection is in doubt. */
    @Override
    public boolean isValid(int timeoutSeconds) throws SQLException {
        if (timeoutSeconds < 0 || !isDissociated()) {
            return super.isValid(timeoutSeconds);
        }
        try {
            // without what is carried: nothing is asked of the connection but whether it is there
            super.association();
        } catch (SQLException e) {
            return false;
        }
        return rested(false) && !isClosed();
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        if (isDissociated()) {
            close();
        } else {
            super.abort(executor);
        }
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return isDissociated() ? autoCommit : super.getAutoCommit();
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        if (!isDissociated()) {
            super.setAutoCommit(autoCommit);
        }
        this.autoCommit = autoCommit;
    }

    /** There is none outside a container. */
    @Override
    boolean inManagedTransaction() {
        return false;
    }

    /** At rest nothing is open. With auto-commit on the driver refuses. */
    @Override
    void end(String method, SqlAction<Session> end) throws SQLException {
        if (autoCommit || !isDissociated()) {
            super.end(method, end);
        }
    }

    @Override
    public int getTransactionIsolation() throws SQLException {
        return glance(super::getTransactionIsolation);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        if (!LEVELS.contains(level)) {
            throw new SQLException("setTransactionIsolation(" + level + "): allowed are " + LEVELS);
        }
        super.setTransactionIsolation(level);
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return glance(super::isReadOnly);
    }

    @Override
    public String getCatalog() throws SQLException {
        return glance(super::getCatalog);
    }

    @Override
    public String getSchema() throws SQLException {
        return glance(super::getSchema);
    }

    @Override
    public int getHoldability() throws SQLException {
        return glance(super::getHoldability);
    }

    @Override
    public int getNetworkTimeout() throws SQLException {
        return glance(super::getNetworkTimeout);
    }

    @Override
    public void setNetworkTimeout(Executor executor, int timeoutMillis) throws SQLException {
        if (timeoutMillis < 0) {
            throw new SQLException("setNetworkTimeout(" + timeoutMillis + "): allowed is 0 or more");
        }
        set(Attribute.NETWORK_TIMEOUT, timeoutMillis);
    }
}
