/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks once whether what listens at a peer can do XA, so that a deployer hears of it at the start and not from the
 * first transaction; and remembers if it is a proxy that lends the sessions of servers. Thread-safe.
 */
public final class XaCapability {

    /** ER_XAER_RMERR, with which MySQL answers XA RECOVER of a user without the right to it. */
    private static final int LISTING_REFUSED = 1401;

    private final AtomicBoolean looked = new AtomicBoolean();
    private final AtomicBoolean lookedForRight = new AtomicBoolean();
    private volatile boolean hasObstacle;
    private volatile boolean lends;

    /**
     * Returns why two-phase transactions do not work, or are not safe, on the server behind {@code connection}; empty
     * if they are, and always but the first time. At most two statements.
     */
    public String obstacle(Connection connection) {
        if (!looked.compareAndSet(false, true)) {
            return "";
        }
        try {
            String found = look(connection);
            hasObstacle = !found.isEmpty();
            return found;
        } catch (SQLException e) {
            // What does not know these questions is no reason to refuse it; if the connection broke, its next use says
            // so.
            return "";
        }
    }

    /**
     * Returns the statement that grants the user of {@code connection} the right to list prepared branches; empty if it
     * has that, or needs none, and always but the first time. At most two statements, and none on MariaDB, which asks
     * for none.
     */
    public String missingRight(Connection connection) {
        if (hasObstacle || !lookedForRight.compareAndSet(false, true)) {
            return "";
        }
        try {
            if (version(connection).contains("mariadb")) {
                return "";
            }
            read(connection, "XA RECOVER", 1);
            return "";
        } catch (SQLException e) {
            return e.getErrorCode() == LISTING_REFUSED ? "GRANT XA_RECOVER_ADMIN ON *.* TO " + user(connection) : "";
        }
    }

    /**
     * Takes the number that a login gave a session, and the one that the session says it has. Where they differ, a
     * proxy in between lends it the sessions of servers.
     *
     * @param login 0 = not known
     * @param own 0 = not known
     * @return why that is not safe; empty if they are the same, and always but the first time
     */
    public String compare(long login, long own) {
        // A login has four bytes for it.
        if (login == 0 || own == 0 || (int) login == (int) own) {
            return "";
        }
        boolean said = lends || hasObstacle;
        lends = true;
        hasObstacle = true;
        return said
                ? ""
                : "a proxy in between lends the sessions of servers (its login said session " + login
                        + ", the server says " + own + "), and may complete a branch elsewhere than it was prepared";
    }

    /** Returns whether the session that answers, and its server, may be others with each statement. */
    public boolean lends() {
        return lends;
    }

    private String look(Connection connection) throws SQLException {
        if (version(connection).contains("maxscale")) {
            lends = true;
            return "it is MaxScale, which cannot complete a branch on another connection";
        }
        // exactly these bytes: ProxySQL answers them itself, and sends all else, also in capitals, to a server behind
        // it
        if (read(connection, "select @@version_comment limit 1", 1)
                .toLowerCase(Locale.ROOT)
                .contains("proxysql")) {
            lends = true;
            return "it is ProxySQL, which may complete a branch on another server than it was prepared on";
        }
        if (read(connection, "SHOW VARIABLES WHERE Variable_name = 'wsrep_on'", 2)
                .equalsIgnoreCase("ON")) {
            return "it is a Galera node (wsrep_on), which refuses XA (error 1235)";
        }
        return "";
    }

    private static String version(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion().toLowerCase(Locale.ROOT);
    }

    /** Returns the account, as GRANT takes it. */
    private static String user(Connection connection) {
        String account;
        try {
            account = read(connection, "SELECT CURRENT_USER()", 1);
        } catch (SQLException e) {
            account = "";
        }
        int at = account.lastIndexOf('@');
        return at < 0 ? "its user" : "'" + account.substring(0, at) + "'@'" + account.substring(at + 1) + "'";
    }

    private static String read(Connection connection, String query, int column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            String value = row.next() ? row.getString(column) : null;
            return value == null ? "" : value;
        }
    }
}
