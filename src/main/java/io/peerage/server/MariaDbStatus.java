/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Connection;
import org.mariadb.jdbc.client.Context;

/**
 * What MySQL and MariaDB servers say, as MariaDB Connector/J keeps it: the status flags of the last answer and the
 * default database. That something has changed is one of the flags, so the report of any answer but the last of a call
 * is missed. After an error it keeps the flags and counts a transaction as open. It sets nothing again at a reset that
 * it set at the login, so there is none.
 *
 * <p>Confined to the connection's user.
 */
final class MariaDbStatus extends MySqlProtocolStatus<Connection> {

    /** SERVER_MORE_RESULTS_EXISTS and SERVER_SESSION_STATE_CHANGED of the protocol. */
    private static final int MORE_RESULTS = 8;

    private static final int STATE_CHANGED = 1 << 14;

    /** CLIENT_SESSION_TRACK of the protocol: ProxySQL does not have it, and takes unknown settings amiss. */
    private static final long SESSION_TRACK = 1L << 23;

    private final Context context;
    private final String loginDatabase;

    MariaDbStatus(java.sql.Connection connection) throws SQLException {
        super(connection, Connection.class);
        this.context = this.connection.getContext();
        this.loginDatabase = orEmpty(context.getDatabase());
    }

    @Override
    public int flags() {
        int sent = context.getServerStatus();
        if ((sent & MORE_RESULTS) != 0) {
            // the driver reads the rest when it needs the connection
            return PENDING;
        }
        return flagsOf(sent);
    }

    /**
     * Stays true until the next answer, so it is to be asked after an answer only. MariaDB reports also the limits that
     * the driver sets for one statement ({@code SET STATEMENT}).
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
        begin(context.hasClientCapability(SESSION_TRACK));
    }

    /** The driver tells no server. */
    @Override
    public void insist(boolean readOnly) throws SQLException {
        run("SET SESSION TRANSACTION " + (readOnly ? "READ ONLY" : "READ WRITE"));
    }

    @Override
    String loginDatabase() {
        return loginDatabase;
    }

    @Override
    boolean isInLoginDatabase() {
        return orEmpty(context.getDatabase()).equals(loginDatabase);
    }
}
