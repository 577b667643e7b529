/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What became of a session beside what was set through JDBC: what the server said with its answers, and what SQL text
 * may have left. So it is also what the session's own calls pass: what the server reports of those is not the
 * application's doing. Confined to the connection's user.
 */
final class SessionTracker {

    private final Connection connection;
    private final Activity activity;
    private final ServerStatus server;

    /** Whether a transaction was open at the last answer that told it. */
    private boolean inTransaction;

    /** The mode at the last answer that told it. */
    private boolean autoCommit = true;

    /** Whether the last answer told nothing: it was an error, or has not come to its end. */
    private boolean doubtful;

    /** Whether the last answer was an error. */
    private boolean failed;

    /** Whether the session is no longer as it was after the login. */
    private boolean touched;

    /** Whether something was done that nothing takes back. */
    private boolean spent;

    /** Whether the session has been made anew just now. */
    private boolean reset;

    /** Whether SQL text chose another default database, and nothing more. */
    private boolean databaseChosen;

    /** Whether the change that the next answer reports is known already. */
    private boolean expected;

    /** Whether a procedure ran, which may have taken locks that are not reported. */
    private boolean called;

    SessionTracker(Connection connection, Activity activity, ServerStatus server) {
        this.connection = connection;
        this.activity = activity;
        this.server = server;
    }

    ServerStatus server() {
        return server;
    }

    /** Asks the driver for the application: marked as in flight, and what is reported of it is not passed over. */
    <T> @Nullable T marked(SqlFunction<Connection, T> question) throws SQLException {
        activity.begin();
        try {
            return question.of(connection);
        } finally {
            activity.end();
        }
    }

    /**
     * Asks the driver for the session's own ends, marked as in flight. What is reported of it is passed over, unless it
     * may have come late, of a statement that failed before.
     */
    <T> @Nullable T ask(SqlFunction<Connection, T> question) throws SQLException {
        try {
            return marked(question);
        } finally {
            if (server.takeChange(false) && failed) {
                touch();
            }
        }
    }

    /** As {@link #ask}, of what has no answer. */
    void send(SqlAction<Connection> command) throws SQLException {
        ask(command);
    }

    boolean tells() {
        return server.flags() != ServerStatus.UNTOLD;
    }

    boolean isInTransaction() {
        return inTransaction;
    }

    boolean isDoubtful() {
        return doubtful;
    }

    /** Returns whether the next user would find what this one left. */
    boolean isTouched() {
        return touched || databaseChosen || called || server.isLimited();
    }

    /** Returns whether the driver's own idea of the session may be wrong. */
    boolean isDistrusted() {
        return touched || databaseChosen;
    }

    /** Notes what {@code sql}, which is about to run or to be prepared, may leave behind. */
    void read(String sql) {
        int effects = SqlText.effects(sql);
        if (effects == SqlText.NOTHING) {
            return;
        }
        if ((effects & SqlText.SESSION) != 0
                || ((effects & SqlText.CALL) != 0 && !server.reportsAll())
                || ((effects & SqlText.TRANSACTION) != 0 && !tells())) {
            touch();
        }
        called |= (effects & SqlText.CALL) != 0;
        // no reset takes a role back
        spent |= (effects & SqlText.ROLE) != 0;
        if ((effects & SqlText.DATABASE) != 0) {
            databaseChosen = true;
            expected = true;
            server.distrust(true);
        }
    }

    private void touch() {
        if (!touched) {
            touched = true;
            server.distrust(true);
        }
    }

    /** Notes that the driver's objects were used unseen: what was done with them cannot be taken back. */
    void expose() {
        spent |= tells();
    }

    /** Returns whether nothing makes the session as it was. */
    boolean isSpent() {
        return spent;
    }

    /**
     * Takes note of what the server said with the answer to a statement of the application.
     *
     * @param autoCommit the mode that is believed in
     * @param withLimits whether the statement has a limit of rows or of time
     */
    void answered(boolean autoCommit, boolean withLimits) {
        if (server.takeChange(withLimits) && !expected) {
            touch();
        }
        expected = false;
        sample(autoCommit);
    }

    /** Takes note of the answer to what ended a global transaction. */
    void answered(boolean autoCommit) {
        server.takeChange(false);
        sample(autoCommit);
    }

    /**
     * Takes note that a call failed: with most servers an error does not tell what it left behind.
     *
     * @param autoCommit the mode that is believed in
     */
    void failed(boolean autoCommit) {
        if (server.tellsWithErrors()) {
            sample(autoCommit);
        } else {
            doubtful = tells();
            failed = doubtful;
        }
        if (called) {
            // what a procedure did before it failed may never be reported
            touch();
        }
    }

    /**
     * @param believed the mode that is believed in: where auto-commit is off, flags that are not set are no sign of
     * doubt
     */
    private void sample(boolean believed) {
        int flags = server.flags();
        if (flags == ServerStatus.UNTOLD) {
            doubtful = false;
            return;
        }
        failed = false;
        doubtful = !isTold(flags) && believed;
        if (!doubtful) {
            inTransaction = (flags & ServerStatus.IN_TRANSACTION) != 0;
            autoCommit = (flags & ServerStatus.AUTO_COMMIT) != 0;
        }
    }

    private static boolean isTold(int flags) {
        return flags != ServerStatus.UNTOLD && (flags & (ServerStatus.AUTO_COMMIT | ServerStatus.MANUAL_COMMIT)) != 0;
    }

    /** Returns the mode that the server told last; {@code believed} where it has not. */
    boolean autoCommit(boolean believed) {
        return (doubtful || !tells()) ? believed : autoCommit;
    }

    /** Looks again: the last rows of a result bring the flags that its first answer did not. */
    void look() {
        // After an error drivers keep flags from before it.
        int flags = server.flags();
        if (!failed && isTold(flags)) {
            sample(autoCommit);
        } else if (flags != ServerStatus.UNTOLD && (flags & ServerStatus.PENDING) != 0) {
            doubtful = true;
        }
    }

    /** Has the server say what it has not. At most one statement. */
    void resolve() throws SQLException {
        send(ignored -> {
            look();
            if (failed) {
                askNow();
            }
        });
    }

    private void askNow() throws SQLException {
        try {
            server.ask();
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("08")) {
                throw e;
            }
            // It cannot be asked now, such as in the middle of a result: what was believed has to do.
            return;
        }
        takeLate();
    }

    /** Ends whatever may be open, whoever began it. One statement. */
    void end(boolean commit) throws SQLException {
        send(ignored -> {
            server.end(commit);
            takeLate();
        });
    }

    /** A change that came with an error is reported with the next answer. */
    private void takeLate() {
        if (server.takeChange(false)) {
            touch();
        }
        sample(false);
    }

    /** Notes that nothing is open: a transaction has just been ended. */
    void ended() {
        inTransaction = false;
        doubtful = false;
        failed = false;
    }

    /** Notes the mode that the driver has just set. */
    void told(boolean set) {
        autoCommit = set;
        inTransaction = inTransaction && !set;
        doubtful = false;
        failed = false;
    }

    /**
     * Puts back what is not JDBC's, but for the default database. Sends nothing where nothing was left.
     *
     * @return false if that is impossible: the connection must serve nobody else
     */
    boolean restore() throws SQLException {
        return !isTouched()
                || did(ignored -> {
                    if (server.isLimited()) {
                        server.unlimit();
                    }
                    if (touched || (called && !server.releaseLocks())) {
                        if (!server.reset()) {
                            return false;
                        }
                        told(true);
                        reset = true;
                    }
                    return true;
                });
    }

    /** Chooses the default database of the login again; returns false if there was none. */
    boolean restoreDatabase() throws SQLException {
        return did(ignored -> server.restoreDatabase());
    }

    private boolean did(SqlFunction<Connection, Boolean> step) throws SQLException {
        return Boolean.TRUE.equals(ask(step));
    }

    /** Returns whether {@link #restore} made everything as after the login. */
    boolean wasReset() {
        return reset;
    }

    /** Begins anew, with a session that is as it was after the login. */
    void forget() {
        touched = false;
        databaseChosen = false;
        called = false;
        reset = false;
    }
}
