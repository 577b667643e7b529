/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChangesListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * What MySQL and MariaDB servers say, as Connector/J keeps it: the status flags of the last answer, and each report of
 * a change (its property {@code trackSessionState}). It clears the flags when it sends something, so after an error and
 * after a ping there are none.
 *
 * <p>Confined to the connection's user.
 */
final class MySqlStatus extends MySqlProtocolStatus<JdbcConnection> {

    /** Types of reports: a system variable, the default database, anything. */
    private static final int VARIABLE = ServerSessionStateController.SESSION_TRACK_SYSTEM_VARIABLES;

    private static final int SCHEMA = ServerSessionStateController.SESSION_TRACK_SCHEMA;
    private static final int UNLIMITED = -1;
    private static final int STATE = ServerSessionStateController.SESSION_TRACK_STATE_CHANGE;

    private final ServerSession session;
    private final boolean trusting;
    private final boolean resettable;
    /** The driver holds its listeners weakly. */
    private final SessionStateChangesListener listener = this::heard;

    /** How many answers reported a change. */
    private int changes;

    /** The limit of rows that the driver had set in the session when the changes were last taken. */
    private int maxRows = UNLIMITED;

    private boolean reports;
    private boolean manual;
    private final int loginIsolation;
    private final boolean loginReadOnly;
    private final String loginDatabase;
    /** The last one that was reported. */
    private @Nullable String database;

    MySqlStatus(Connection opened) throws SQLException {
        super(opened, JdbcConnection.class);
        this.session = connection.getSession().getServerSession();
        this.loginDatabase = orEmpty(connection.getDatabase());
        PropertySet properties = connection.getPropertySet();
        // The driver would not know of a read-only mode that its own properties set.
        boolean readOnlySet =
                sessionVariables(properties).toLowerCase(Locale.ROOT).contains("read_only");
        this.trusting = is(properties, PropertyKey.useLocalSessionState) && !readOnlySet;
        if (readOnlySet) {
            properties.getBooleanProperty(PropertyKey.useLocalSessionState).setValue(false);
        }
        this.resettable = isResettable(properties);
        // Trusting, it answers from what it read at the login.
        this.loginIsolation = trusting ? connection.getTransactionIsolation() : 0;
        this.loginReadOnly = trusting && connection.isReadOnly();
        if (session.isSessionStateTrackingEnabled()) {
            session.getServerSessionStateController().addSessionStateChangesListener(listener);
        }
    }

    /**
     * Returns whether a reset makes the session as the login did. The server makes it as sessions begin, and the driver
     * sets the character set again; but not what its properties or {@code init_connect} set at the login, nor the
     * strict mode that it added. MariaDB changes the collation. And a reset takes the prepared statements away that the
     * driver has in its cache; a paranoid driver resets nothing.
     */
    private boolean isResettable(PropertySet properties) {
        return !connection
                        .getSession()
                        .getServerSession()
                        .getServerVersion()
                        .toString()
                        .contains("MariaDB")
                && sessionVariables(properties).isBlank()
                && variable("init_connect").isBlank()
                && variable("sql_mode").contains("STRICT_TRANS_TABLES")
                && !(is(properties, PropertyKey.useServerPrepStmts) && is(properties, PropertyKey.cachePrepStmts))
                && !is(properties, PropertyKey.forceConnectionTimeZoneToSession)
                && !is(properties, PropertyKey.paranoid);
    }

    /** Returns what the deployer has the driver set at the login. */
    private static String sessionVariables(PropertySet properties) {
        return orEmpty(
                properties.getStringProperty(PropertyKey.sessionVariables).getValue());
    }

    @Override
    public long idleSeconds() {
        return MySqlFacts.number(variable("wait_timeout"));
    }

    /** Returns what the driver read at the login. */
    private String variable(String name) {
        return orEmpty(session.getServerVariable(name));
    }

    private static boolean is(PropertySet properties, PropertyKey key) {
        return properties.getBooleanProperty(key).getValue();
    }

    private void heard(ServerSessionStateController.ServerSessionStateChanges reported) {
        boolean counts = false;
        for (SessionStateChange change : reported.getSessionStateChangesList()) {
            List<String> values = change.getValues();
            if (change.getType() == SCHEMA) {
                database = values.isEmpty() ? null : values.get(0);
            } else if (change.getType() == VARIABLE
                    && values.size() == 2
                    && values.get(0).equals("autocommit")) {
                manual = values.get(1).equals("OFF");
            }
            counts |= change.getType() == VARIABLE || change.getType() == SCHEMA || change.getType() == STATE;
        }
        changes += counts ? 1 : 0;
    }

    @Override
    public int flags() {
        int sent = session.getStatusFlags();
        if ((sent & AUTOCOMMIT) != 0) {
            manual = false;
        }
        // The driver keeps the bit of a transaction over what it sends; any other one is the server's.
        boolean told = manual || (sent & ~IN_TRANS) != 0;
        return told ? flagsOf(sent) : flagsOf(sent) & IN_TRANSACTION;
    }

    @Override
    public boolean takeChange(boolean withLimits) {
        if (changes == 0) {
            return false;
        }
        int limit = connection.getSessionMaxRows();
        // A limit of rows is a statement of the driver's, with an answer of its own.
        int known = limit == maxRows ? 0 : 1;
        boolean others = changes > known;
        maxRows = limit;
        changes = 0;
        return others;
    }

    @Override
    public long loginSession() {
        return connection.getSession().getThreadId();
    }

    @Override
    public boolean reportsAll() {
        return reports;
    }

    @Override
    public @Nullable String database() {
        return database;
    }

    @Override
    public void begin() throws SQLException {
        reports = begin(session.isSessionStateTrackingEnabled());
        manual = false;
        adopt(true);
        changes = 0;
    }

    /** Looks at the answer within the driver's lock: what another thread sends on this connection clears the flags. */
    @Override
    void run(String sql) throws SQLException {
        Lock lock = connection.getConnectionLock();
        lock.lock();
        try {
            super.run(sql);
            manual = (session.getStatusFlags() & AUTOCOMMIT) == 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void adopt(boolean autoCommit) {
        session.setAutoCommit(autoCommit);
    }

    @Override
    public void distrust(boolean doubt) {
        // Distrusting, the driver tells the server also what it has noted as set.
        if (trusting) {
            connection
                    .getPropertySet()
                    .getBooleanProperty(PropertyKey.useLocalSessionState)
                    .setValue(!doubt);
        }
    }

    @Override
    public boolean isLimited() {
        return maxRows != UNLIMITED;
    }

    @Override
    public void unlimit() throws SQLException {
        connection.setSessionMaxRows(UNLIMITED);
        maxRows = UNLIMITED;
    }

    @Override
    public boolean releaseLocks() throws SQLException {
        return tried("DO RELEASE_ALL_LOCKS()");
    }

    @Override
    String loginDatabase() {
        return loginDatabase;
    }

    @Override
    boolean isInLoginDatabase() {
        return reports && (database == null || database.equals(loginDatabase));
    }

    @Override
    public boolean reset() throws SQLException {
        if (!resettable) {
            return false;
        }
        distrust(false);
        connection.resetServerState();
        begin();
        if (trusting) {
            // the driver's own notes, which it sends only where they differ
            connection.setTransactionIsolation(loginIsolation);
            connection.setReadOnly(loginReadOnly);
        }
        changes = 0;
        return true;
    }
}
