/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What MySQL and MariaDB servers say and are told, whichever driver is in between. Confined to the connection's user. */
abstract class MySqlProtocolStatus<C extends Connection> extends DriverStatus<C> {

    /** SERVER_STATUS_IN_TRANS and SERVER_STATUS_AUTOCOMMIT of the protocol. */
    static final int IN_TRANS = 1;

    static final int AUTOCOMMIT = 2;

    private static final String AUTO_COMMIT_ON = "SET autocommit = 1";
    private static final String TRACK = AUTO_COMMIT_ON + ", session_track_state_change = 1, session_track_schema = 1";

    MySqlProtocolStatus(Connection connection, Class<C> type) throws SQLException {
        super(connection, type);
    }

    /** Returns the {@link #flags} for the status flags of an answer. */
    static int flagsOf(int sent) {
        return ((sent & IN_TRANS) == 0 ? 0 : IN_TRANSACTION) | ((sent & AUTOCOMMIT) == 0 ? MANUAL_COMMIT : AUTO_COMMIT);
    }

    /**
     * Turns auto-commit on, and the reports of changes.
     *
     * @param tracks whether the server may know of reports
     * @return whether it reports
     */
    final boolean begin(boolean tracks) throws SQLException {
        boolean reports = tracks && tried(TRACK);
        if (!reports && (flags() & AUTO_COMMIT) == 0) {
            run(AUTO_COMMIT_ON);
        }
        return reports;
    }

    @Override
    public final void ask() throws SQLException {
        run("DO 0");
    }

    @Override
    public final boolean canLeaveDatabase() {
        return false;
    }

    /** Returns the default database of the login; empty if there was none. */
    abstract String loginDatabase();

    /** Returns whether that is known to be the present one. */
    abstract boolean isInLoginDatabase();

    @Override
    public final boolean restoreDatabase() throws SQLException {
        if (isInLoginDatabase()) {
            return true;
        }
        String wanted = loginDatabase();
        if (wanted.isEmpty()) {
            return false;
        }
        run("USE `" + wanted.replace("`", "``") + "`");
        return true;
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
