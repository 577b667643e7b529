/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of its session with each answer, as far as the driver keeps it: MySQL and MariaDB send status
 * flags and reports of changes (MySQL manual, "Server Tracking of Client Session State"), PostgreSQL the state of its
 * transaction. Reading it costs no round trip; what asks or changes something says so. What is not overridden is as
 * with a server that tells nothing, or whose driver keeps nothing of it.
 *
 * <p>Confined to the connection's user.
 */
public interface ServerStatus {

    /** Set in {@link #flags} while a transaction is open. */
    int IN_TRANSACTION = 1;

    /** Set in {@link #flags} in auto-commit mode. */
    int AUTO_COMMIT = 2;

    /** Set in {@link #flags} where auto-commit is off. */
    int MANUAL_COMMIT = 4;

    /** Set in {@link #flags} where further answers have not been read yet. */
    int PENDING = 8;

    /** What {@link #flags} returns where nothing is ever told. */
    int UNTOLD = -1;

    /**
     * Returns what came with the last answer, or {@link #UNTOLD}. Neither {@link #AUTO_COMMIT} nor
     * {@link #MANUAL_COMMIT} is set after an answer that carried no flags, such as an error or that to a ping; nothing
     * is known then.
     */
    default int flags() {
        return UNTOLD;
    }

    /**
     * Returns whether the server has reported a change of the session that has not been taken yet, and takes it. What
     * the driver itself changes for a limit of rows or of time, and sets back, does not count.
     *
     * @param withLimits whether the statement that ran has such a limit
     */
    default boolean takeChange(boolean withLimits) {
        return false;
    }

    /**
     * Returns after how many seconds without use the server ends the session, as it told the driver at the login; 0 if
     * that is not known.
     */
    default long idleSeconds() {
        return 0;
    }

    /** Returns the number that the login gave this session, where the driver keeps one; 0 = none. */
    default long loginSession() {
        return 0;
    }

    /** Returns whether the flags are those of the last answer also where that was an error. */
    default boolean tellsWithErrors() {
        return false;
    }

    /** Returns whether every change is reported, also one made by a procedure. */
    default boolean reportsAll() {
        return false;
    }

    /**
     * Returns the present default database if the server told it, else null.
     *
     * @throws SQLException what the driver says
     */
    default @Nullable String database() throws SQLException {
        return null;
    }

    /**
     * Prepares the session as it was after the login, or after a reset: auto-commit is on, and changes are reported. At
     * most one statement; none where JDBC's word that a new connection is in auto-commit mode has to do.
     */
    default void begin() throws SQLException {}

    /** Has the server send its flags, with a statement that does nothing. */
    default void ask() throws SQLException {}

    /**
     * Commits or rolls back whatever transaction is open, whoever began it. One statement, which does nothing where
     * none is. Nothing where nothing is told: what the application began through JDBC is the session's to end, and
     * nothing is known of anything else.
     */
    default void end(boolean commit) throws SQLException {}

    /** Lets the driver know of the auto-commit mode that the server told. */
    default void adopt(boolean autoCommit) throws SQLException {}

    /**
     * Makes the driver believe nothing that it keeps of the session: SQL text may have changed it.
     *
     * @param doubt false to end that
     */
    default void distrust(boolean doubt) {}

    /**
     * Sets what the driver only noted, because SQL text may have set it otherwise on the server.
     *
     * @param readOnly what was given to {@link java.sql.Connection#setReadOnly}
     */
    default void insist(boolean readOnly) throws SQLException {}

    /** Returns whether the driver has left a limit of rows in the session, for {@link java.sql.Statement#setMaxRows}. */
    default boolean isLimited() {
        return false;
    }

    /** Takes back that limit. */
    default void unlimit() throws SQLException {}

    /**
     * Releases the named locks of the session.
     *
     * @return false if the server has no statement for that; nothing is done then
     */
    default boolean releaseLocks() throws SQLException {
        return false;
    }

    /** Returns whether a session that chose a default database can be without one again. */
    default boolean canLeaveDatabase() {
        return true;
    }

    /**
     * Chooses the default database of the login again, if another one is chosen.
     *
     * @return false if there was none
     */
    default boolean restoreDatabase() throws SQLException {
        return true;
    }

    /**
     * Makes the session as after the login: no variable, temporary table, lock or prepared statement is left, and
     * auto-commit is on. The default database stays.
     *
     * @return false if that is not possible, or not without harm to what the driver keeps; nothing is done then
     */
    default boolean reset() throws SQLException {
        return false;
    }
}
