/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers.quirks;

import jakarta.transaction.RollbackException;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * What an application does where servers treat connections each in their own way. Each scenario tells what it saw.
 * Confined to one request.
 */
final class Scenarios {

    private static final int AT_ONCE = 4;

    private final DataSource pool;
    private final UserTransaction transaction;
    private final Properties facts;

    Scenarios(DataSource pool, UserTransaction transaction, Properties facts) {
        this.pool = pool;
        this.transaction = transaction;
        this.facts = facts;
    }

    /** One unit of work without a transaction. */
    void work(String note) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            insert(connection, note);
            facts.setProperty("session", session(connection));
        }
    }

    /** Loses its connection, and asks for others within the same request, as who tries again does. */
    void lostAndAgain() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            facts.setProperty("lost", session(connection));
            endSession(connection);
            facts.setProperty("stillDead", outcome(() -> session(connection)));
        }
        for (int i = 0; i < 3; i++) {
            facts.setProperty("again" + i, outcome(() -> {
                try (Connection connection = pool.getConnection()) {
                    return session(connection);
                }
            }));
        }
        // Held open over the next loss: what was opened on the lost connection does not come back to life.
        Connection old = pool.getConnection();
        facts.setProperty("old", session(old));
        endSession(old);
        try (Connection next = pool.getConnection()) {
            facts.setProperty("next", session(next));
            facts.setProperty("oldStill", outcome(() -> session(old)));
        } finally {
            old.close();
        }
    }

    /** Loses its connection in a transaction, works on as far as it gets, and commits. */
    void lostInTransaction(String note, DataSource other) throws Exception {
        transaction.begin();
        try (Connection connection = pool.getConnection()) {
            insert(connection, note);
            if (other != null) {
                insertInto(other, note);
            }
            endSession(connection);
        }
        facts.setProperty("again", outcome(() -> {
            insertInto(pool, note);
            return "worked";
        }));
        try {
            transaction.commit();
            facts.setProperty("outcome", "committed");
        } catch (RollbackException e) {
            facts.setProperty("outcome", "rolled back");
        } catch (Exception e) {
            facts.setProperty("outcome", e.toString());
        }
        // The thread is free for the next transaction.
        transaction.begin();
        insertInto(pool, note + "-next");
        transaction.commit();
    }

    /** A handle opened before begin() and closed after the transaction's end. */
    void across(String note, boolean commit) throws Exception {
        try (Connection handle = pool.getConnection()) {
            insert(handle, note + "-before");
            transaction.begin();
            insert(handle, note + "-within");
            facts.setProperty("autoCommitWithin", Boolean.toString(handle.getAutoCommit()));
            end(commit);
            facts.setProperty("autoCommitAfter", Boolean.toString(handle.getAutoCommit()));
            insert(handle, note + "-after");
        }
    }

    /** Holds several connections at once; one of them is lost if {@code lose}, and the others work on. */
    void held(boolean lose) throws SQLException {
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                Connection connection = pool.getConnection();
                all.add(connection);
                facts.setProperty("session" + i, session(connection));
            }
            if (lose) {
                endSession(all.get(0));
            }
            for (Connection connection : all.subList(1, AT_ONCE)) {
                session(connection);
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }

    /** Writes through two pools in one transaction. */
    void both(String note, DataSource other, boolean commit) throws Exception {
        transaction.begin();
        insertInto(pool, note);
        insertInto(other, note);
        end(commit);
    }

    /** Counts the clocks of adapters in this JVM: each adapter that has a pool has one. */
    static void threads(Properties facts) {
        long clocks = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("peerage-clock-"))
                .count();
        facts.setProperty("clocks", Long.toString(clocks));
    }

    private void end(boolean commit) throws Exception {
        if (commit) {
            transaction.commit();
        } else {
            transaction.rollback();
        }
    }

    /** Returns when the server has ended the session and the connection has noticed. */
    private static void endSession(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("KILL CONNECTION_ID()");
        } catch (SQLException killed) {
            // which is the point
        }
        try {
            session(connection);
        } catch (SQLException lost) {
            return;
        }
        throw new IllegalStateException("the session lives on");
    }

    private static void insertInto(DataSource pool, String note) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            insert(connection, note);
        }
    }

    private static void insert(Connection connection, String note) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO visit (note) VALUES ('" + note + "')");
        }
    }

    /** Returns what names the session on the server, among all servers. */
    private static String session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONCAT(@@port, '/', CONNECTION_ID())")) {
            row.next();
            return row.getString(1);
        }
    }

    private static String outcome(Call call) {
        try {
            return call.run();
        } catch (SQLException e) {
            return "SQLState " + e.getSQLState() + ": " + e.getMessage();
        }
    }

    private interface Call {
        String run() throws SQLException;
    }
}
