/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * What PostgreSQL servers say, as pgjdbc keeps it: whether a transaction is open, with each answer and each error.
 * Changes of the session are not reported. Auto-commit is the driver's own affair, which SQL text cannot change.
 *
 * <p>Confined to the connection's user.
 */
final class PostgreSqlStatus extends DriverStatus<BaseConnection> {

    PostgreSqlStatus(Connection connection) throws SQLException {
        super(connection, BaseConnection.class);
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
    public boolean tellsWithErrors() {
        return true;
    }
}
