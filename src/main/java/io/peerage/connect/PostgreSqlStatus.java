/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.ServerStatus;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * What PostgreSQL servers say, as pgjdbc keeps it: whether a transaction is open, with each answer and each error. Changes
 * of the session are not reported. Auto-commit is the driver's own affair, which SQL text cannot change.
 *
 * <p>Confined to the connection's user.
 */
final class PostgreSqlStatus implements ServerStatus {

    private final BaseConnection connection;
    private final SqlCommands commands;

    static PostgreSqlStatus of(java.sql.Connection connection) throws SQLException {
        return new PostgreSqlStatus(
                connection instanceof BaseConnection itself ? itself : connection.unwrap(BaseConnection.class));
    }

    private PostgreSqlStatus(BaseConnection connection) {
        this.connection = connection;
        this.commands = new SqlCommands(connection);
    }

    @Override
    public int flags() {
        try {
            return (connection.getTransactionState() == TransactionState.IDLE ? 0 : IN_TRANSACTION)
                    | (connection.getAutoCommit() ? AUTO_COMMIT : MANUAL_COMMIT);
        } catch (SQLException closed) {
            // Whatever is asked of it next says so.
            return 0;
        }
    }

    @Override
    public boolean takeChange(boolean withLimits) {
        return false;
    }

    @Override
    public boolean reportsAll() {
        return false;
    }

    @Override
    public @Nullable String database() {
        return null;
    }

    @Override
    public void begin() {
        // nothing to switch on
    }

    @Override
    public void ask() {
        // An error tells as much as any answer.
    }

    @Override
    public void rollback() throws SQLException {
        commands.run("ROLLBACK");
    }

    @Override
    public void adopt(boolean autoCommit) {
        // it was the driver who said it
    }

    @Override
    public void distrust(boolean doubt) {
        // the driver keeps nothing that SQL text changes
    }

    @Override
    public void insist(boolean readOnly) {
        // the driver sets it with each transaction
    }

    @Override
    public boolean isLimited() {
        return false;
    }

    @Override
    public void unlimit() {
        // limits are part of the statement
    }

    @Override
    public boolean releaseLocks() throws SQLException {
        return commands.tried("SELECT pg_advisory_unlock_all()");
    }

    @Override
    public boolean canLeaveDatabase() {
        return true;
    }

    @Override
    public boolean restoreDatabase() {
        return true;
    }

    /** DISCARD ALL would take away what the driver set after the login as well. */
    @Override
    public boolean reset() {
        return false;
    }
}
