/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.UntoldStatus;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Connection;
import org.mariadb.jdbc.client.Context;

/**
 * What MySQL and MariaDB servers say, as MariaDB Connector/J keeps it: the status flags of the last answer and the default
 * database. That something has changed is one of the flags, so the report of any answer but the last of a call is missed.
 * After an error it keeps the flags and counts a transaction as open. It sets nothing again at a reset that it set at the
 * login, so there is none.
 *
 * <p>Confined to the connection's user.
 */
final class MariaDbStatus extends UntoldStatus {

    /** SERVER_STATUS_IN_TRANS, SERVER_STATUS_AUTOCOMMIT and SERVER_SESSION_STATE_CHANGED of the protocol. */
    private static final int IN_TRANS = 1;

    private static final int AUTOCOMMIT = 2;
    /** SERVER_MORE_RESULTS_EXISTS. */
    private static final int MORE_RESULTS = 8;

    private static final int STATE_CHANGED = 1 << 14;

    /** CLIENT_SESSION_TRACK of the protocol: ProxySQL does not have it, and takes unknown settings amiss. */
    private static final long SESSION_TRACK = 1L << 23;

    private final Context context;
    private final SqlCommands commands;
    private final @Nullable String loginDatabase;

    static MariaDbStatus of(java.sql.Connection connection) throws SQLException {
        return new MariaDbStatus(
                connection instanceof Connection itself ? itself : connection.unwrap(Connection.class));
    }

    private MariaDbStatus(Connection connection) {
        this.context = connection.getContext();
        this.commands = new SqlCommands(connection);
        this.loginDatabase = context.getDatabase();
    }

    @Override
    public int flags() {
        int sent = context.getServerStatus();
        if ((sent & MORE_RESULTS) != 0) {
            // the driver reads the rest when it needs the connection
            return PENDING;
        }
        return ((sent & IN_TRANS) == 0 ? 0 : IN_TRANSACTION) | ((sent & AUTOCOMMIT) == 0 ? MANUAL_COMMIT : AUTO_COMMIT);
    }

    /**
     * Stays true until the next answer, so it is to be asked after an answer only. MariaDB reports also the limits that the
     * driver sets for one statement ({@code SET STATEMENT}).
     */
    @Override
    public boolean takeChange(boolean withLimits) {
        return !withLimits && (context.getServerStatus() & STATE_CHANGED) != 0;
    }

    @Override
    public long loginSession() {
        return context.getThreadId();
    }

    @Override
    public @Nullable String database() {
        return context.getDatabase();
    }

    @Override
    public void begin() throws SQLException {
        boolean reports = context.hasClientCapability(SESSION_TRACK) && commands.tried(SqlCommands.BEGIN);
        if (!reports && (flags() & AUTO_COMMIT) == 0) {
            commands.run("SET autocommit = 1");
        }
    }

    @Override
    public void ask() throws SQLException {
        commands.run("DO 0");
    }

    @Override
    public void end(boolean commit) throws SQLException {
        commands.run(commit ? "COMMIT" : "ROLLBACK");
    }

    /** The driver tells no server. */
    @Override
    public void insist(boolean readOnly) throws SQLException {
        commands.run("SET SESSION TRANSACTION " + (readOnly ? "READ ONLY" : "READ WRITE"));
    }

    @Override
    public boolean canLeaveDatabase() {
        return false;
    }

    @Override
    public boolean restoreDatabase() throws SQLException {
        if (Objects.equals(context.getDatabase(), loginDatabase)) {
            return true;
        }
        if (loginDatabase == null || loginDatabase.isEmpty()) {
            return false;
        }
        commands.run("USE `" + loginDatabase.replace("`", "``") + "`");
        return true;
    }
}
