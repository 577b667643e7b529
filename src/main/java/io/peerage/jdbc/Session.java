/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The state of one physical connection: who demarcates its transaction, and what the application changed and must be
 * set back before the next one gets it.
 *
 * <p>The auto-commit mode exists twice. <em>Logical</em> is what the application asked for; <em>physical</em> is what
 * the driver was last told. The driver is told only when SQL is about to run in the other mode, so a connection that
 * serves one transaction after the other stays with auto-commit off, and a transaction in which nothing runs costs
 * nothing. The server's word beats both: what SQL text or a procedure did is known from its answers, see
 * {@link SessionTracker}.
 *
 * <p>A driver call that fails leaves the state as it was. Confined to the connection's user, as its handles are; the
 * owner hands it over. Only {@link #activity()} may be looked at by others.
 */
public final class Session {

    private enum Demarcation {
        /** The application: auto-commit, or its own commit and rollback. */
        APPLICATION,
        /** The container, through the connector's local transaction. */
        LOCAL,
        /** The transaction manager, through XA; the auto-commit mode means nothing then. */
        GLOBAL
    }

    private final Connection connection;
    private final Activity activity = new Activity();
    private final SessionTracker tracker;
    private final SessionAttributes attributes;

    private Demarcation demarcation = Demarcation.APPLICATION;
    private boolean logicalAutoCommit = true;
    /** What was asked for through JDBC, by which commit() and rollback() are allowed. */
    private boolean askedAutoCommit = true;

    private boolean physicalAutoCommit = true;

    /** Whether SQL may have run in a transaction that is still open. */
    private boolean work;

    /** Whether the application got hold of the driver's objects, whose use is not seen here. */
    private boolean exposed;

    /** Whether the next statement must not run before {@link #settle()}: the one field the hot path reads. */
    private boolean unsettled;

    private int begunAtReset;

    /**
     * Takes over a connection just opened, in auto-commit mode.
     *
     * @param connection the driver's
     * @param server what its server says of the session
     */
    public Session(Connection connection, ServerStatus server) {
        this.connection = connection;
        this.tracker = new SessionTracker(connection, activity, server);
        this.attributes = new SessionAttributes(tracker);
    }

    /** Returns the driver's connection. */
    public Connection connection() {
        return connection;
    }

    /** Returns the marks of calls in flight. */
    public Activity activity() {
        return activity;
    }

    /** Returns whether a transaction begun here, local or global, has not ended. */
    public boolean inManagedTransaction() {
        return demarcation != Demarcation.APPLICATION;
    }

    /**
     * Returns the auto-commit mode outside managed transactions: what the application asked for, through JDBC or by SQL
     * text. Asks the server where the last statement failed, for that may have changed it.
     *
     * @throws SQLException what the driver says
     */
    public boolean autoCommit() throws SQLException {
        resolve();
        return logicalAutoCommit;
    }

    /** Returns whether a transaction is open, the application's own included: SQL may have run in it. */
    boolean hasOpenTransaction() throws SQLException {
        resolve();
        return inManagedTransaction() || (tracker.tells() ? tracker.isInTransaction() : work);
    }

    /** Returns whether it is as the next user finds it: nothing open, nothing changed, nothing of the driver's known. */
    public boolean isPristine() {
        return logicalAutoCommit
                && !work
                && !inManagedTransaction()
                && !tracker.isInTransaction()
                && !tracker.isDoubtful()
                && !tracker.isTouched()
                && !exposed
                && attributes.isOriginal();
    }

    SessionAttributes attributes() {
        return attributes;
    }

    /**
     * Begins a local transaction of the container. Sends nothing by itself; auto-commit goes off with the first
     * statement if it is not off yet.
     *
     * @throws SQLException if a transaction is open already, the application's own included
     */
    public void beginLocal() throws SQLException {
        refuseOpenTransaction("begin a local transaction");
        tellExposed(false);
        demarcate(Demarcation.LOCAL, logicalAutoCommit);
    }

    /**
     * Ends the local transaction. Sends nothing if nothing ran in it. If this fails the transaction counts as open.
     *
     * @param commit whether to commit, else roll back
     */
    public void endLocal(boolean commit) throws SQLException {
        if (demarcation != Demarcation.LOCAL) {
            throw Refusals.transactionState("No local transaction is open");
        }
        if (work || tracker.isInTransaction()) {
            endOpen(commit);
        }
        tellExposed(logicalAutoCommit);
        demarcate(Demarcation.APPLICATION, logicalAutoCommit);
    }

    /**
     * Marks that a global transaction's work begins here; to be called before XA START. Sends nothing.
     *
     * @throws SQLException if a transaction is open already, the application's own included
     */
    public void beginGlobal() throws SQLException {
        refuseOpenTransaction("join a global transaction");
        demarcate(Demarcation.GLOBAL, logicalAutoCommit);
    }

    /** Marks that the global transaction's work here has ended. Sends nothing; without one it does nothing. */
    public void endGlobal() {
        if (demarcation == Demarcation.GLOBAL) {
            tracker.answered(physicalAutoCommit);
            demarcate(Demarcation.APPLICATION, logicalAutoCommit);
        }
    }

    /**
     * Makes the connection as it was when it was opened: rolls back what is open, restores what the application
     * changed. Sends only what differs; auto-commit that is off stays off until someone needs it.
     *
     * @return false if that cannot be done on this connection, such as to have no default database again: it must be
     *     closed then
     * @throws SQLException if that fails; the connection must not serve anybody else then
     */
    public boolean reset() throws SQLException {
        if (demarcation == Demarcation.GLOBAL) {
            throw Refusals.transactionState("The connection still works for a global transaction");
        }
        lookAtExposed();
        if (tracker.isSpent()) {
            // closing it rolls back as well
            return false;
        }
        rollBackOpen();
        exposed = false;
        askedAutoCommit = true;
        demarcate(Demarcation.APPLICATION, true);
        if (!restore()) {
            return false;
        }
        if (activity.begun() != begunAtReset) {
            connection.clearWarnings();
        }
        activity.rest();
        begunAtReset = activity.begun();
        return true;
    }

    private void lookAtExposed() throws SQLException {
        if (exposed) {
            physicalAutoCommit = connection.getAutoCommit();
            work = !physicalAutoCommit;
            tracker.expose();
        }
    }

    /** Whoever opened it: JDBC's methods, SQL text, or a procedure that failed. */
    private void rollBackOpen() throws SQLException {
        tracker.look();
        if (work || tracker.isInTransaction() || tracker.isDoubtful()) {
            endOpen(false);
        }
        absorb();
        work = false;
    }

    /** Ends what is open: with the driver's words where it knows of it, else with the server's. */
    private void endOpen(boolean commit) throws SQLException {
        if (physicalAutoCommit) {
            tracker.end(commit);
        } else {
            tracker.send(commit ? Connection::commit : Connection::rollback);
            tracker.ended();
        }
        work = false;
    }

    private boolean restore() throws SQLException {
        ServerStatus server = tracker.server();
        if (attributes.lackedDatabase() && !server.canLeaveDatabase()) {
            return false;
        }
        if (!tracker.restore()) {
            return false;
        }
        if (tracker.wasReset()) {
            physicalAutoCommit = true;
            attributes.forget(Attribute.TRANSACTION_ISOLATION);
            attributes.forget(Attribute.READ_ONLY);
            demarcate(Demarcation.APPLICATION, true);
        }
        boolean distrusted = tracker.isDistrusted();
        if (distrusted) {
            server.distrust(false);
        }
        if (!attributes.isOriginal()) {
            // some servers take SET as part of a transaction
            settle();
            attributes.restore();
        }
        if (distrusted && !tracker.restoreDatabase()) {
            return false;
        }
        tracker.forget();
        return true;
    }

    /** Notes what {@code sql} may leave behind, before it runs or is prepared. */
    void read(@Nullable String sql) {
        if (sql != null) {
            tracker.read(sql);
        }
    }

    /** Takes note of the server's answer to a statement of the application's, which went well. */
    void answered(boolean withLimits) throws SQLException {
        tracker.answered(physicalAutoCommit, withLimits);
        absorb();
    }

    /** Takes note that a statement of the application's failed. */
    void failed() {
        tracker.failed(physicalAutoCommit);
    }

    /** Has the server say what it did not say because its last answer was an error. */
    private void resolve() throws SQLException {
        if (tracker.isDoubtful()) {
            tracker.resolve();
            absorb();
        }
    }

    /** Takes over the auto-commit mode that the server told, where SQL text or a procedure changed it. */
    private void absorb() throws SQLException {
        boolean told = tracker.autoCommit(physicalAutoCommit);
        if (told == physicalAutoCommit) {
            return;
        }
        physicalAutoCommit = told;
        tracker.server().adopt(told);
        if (demarcation == Demarcation.APPLICATION) {
            logicalAutoCommit = told;
        }
        note(tracker.isInTransaction());
    }

    boolean isUnsettled() {
        return unsettled;
    }

    /** Prepares for SQL that is about to run: tells the driver the auto-commit mode, notes that a transaction opens. */
    void settle() throws SQLException {
        if (demarcation != Demarcation.GLOBAL) {
            boolean wanted = wantedAutoCommit();
            tell(wanted);
            work = !wanted;
        }
        unsettled = false;
    }

    /** Notes that the application gets the driver's objects; from now on the driver is told at once. */
    void expose() throws SQLException {
        settle();
        exposed = true;
    }

    /** Does what JDBC's setAutoCommit does outside a managed transaction: a change commits what is open. */
    void setAutoCommit(boolean autoCommit) throws SQLException {
        resolve();
        askedAutoCommit = autoCommit;
        if (autoCommit == logicalAutoCommit) {
            return;
        }
        if (!autoCommit && tracker.isInTransaction()) {
            // begun by SQL text: from now on it is JDBC's to end
            tell(false);
            demarcate(Demarcation.APPLICATION, false);
            settle();
            return;
        }
        if (work || tracker.isInTransaction()) {
            if (physicalAutoCommit) {
                endOpen(true);
            } else {
                tell(true);
                work = false;
            }
        }
        tellExposed(autoCommit);
        demarcate(Demarcation.APPLICATION, autoCommit);
    }

    /** Returns whether JDBC's mode is auto-commit, so that a transaction that is open was begun by SQL text. */
    boolean asksAutoCommit() {
        return askedAutoCommit;
    }

    void set(Attribute attribute, @Nullable Object value) throws SQLException {
        set(attribute, value, driver -> attribute.write(driver, value));
    }

    /** @param change how to set it now; it is set back by {@link Attribute#write} */
    void set(Attribute attribute, @Nullable Object value, SqlAction<Connection> change) throws SQLException {
        // Some servers take SET as part of a transaction: it must be the application's then, not a forgotten one.
        if (unsettled && attribute != Attribute.NETWORK_TIMEOUT) {
            settle();
        }
        attributes.change(attribute, value, change);
    }

    /** Does what JDBC's commit or rollback does outside a managed transaction. */
    void end(boolean commit) throws SQLException {
        resolve();
        if (askedAutoCommit && logicalAutoCommit) {
            // an error by JDBC, which drivers treat differently
            settle();
            sendOutsideTransaction(commit ? Connection::commit : Connection::rollback);
            tracker.answered(physicalAutoCommit);
            return;
        }
        if (!physicalAutoCommit || tracker.isInTransaction()) {
            endOpen(commit);
        }
        work = false;
        demarcate(Demarcation.APPLICATION, logicalAutoCommit);
    }

    /** Connector/J's refusal has the SQLState of a closed connection, for which pools throw a sound one away. */
    private void sendOutsideTransaction(SqlAction<Connection> command) throws SQLException {
        try {
            tracker.send(command);
        } catch (SQLException e) {
            if (Refusals.CLOSED.equals(e.getSQLState()) && !connection.isClosed()) {
                SQLException refused = Refusals.transactionState(String.valueOf(e.getMessage()));
                refused.addSuppressed(e);
                throw refused;
            }
            throw e;
        }
    }

    private boolean wantedAutoCommit() {
        return demarcation == Demarcation.APPLICATION && logicalAutoCommit;
    }

    private void refuseOpenTransaction(String what) throws SQLException {
        if (demarcation != Demarcation.APPLICATION) {
            throw Refusals.transactionState(
                    "Cannot " + what + ": a " + (demarcation == Demarcation.LOCAL ? "local" : "global")
                            + " transaction is open on the connection");
        }
        resolve();
        if (work || tracker.isInTransaction()) {
            throw Refusals.transactionState(
                    "Cannot " + what + ": the application began a transaction of its own (auto-commit off, or SQL text)"
                            + " and did not commit or roll back");
        }
    }

    /** Takes the new state, which no transaction is open in yet, unless the driver's objects are used unseen. */
    private void demarcate(Demarcation next, boolean autoCommit) {
        demarcation = next;
        logicalAutoCommit = autoCommit;
        note(exposed && !wantedAutoCommit());
    }

    /** Notes whether SQL may have run in a transaction that is open, and what has to be done before the next. */
    private void note(boolean worked) {
        boolean ours = demarcation != Demarcation.GLOBAL;
        boolean wanted = wantedAutoCommit();
        work = ours && worked;
        unsettled = ours && (physicalAutoCommit != wanted || (!wanted && !work));
    }

    private void tellExposed(boolean wanted) throws SQLException {
        if (exposed) {
            tell(wanted);
        }
    }

    private void tell(boolean wanted) throws SQLException {
        if (physicalAutoCommit != wanted) {
            tracker.send(c -> c.setAutoCommit(wanted));
            physicalAutoCommit = wanted;
            tracker.told(wanted);
        }
    }
}
