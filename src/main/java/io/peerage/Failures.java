/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.peer.Causes;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.EISSystemException;
import jakarta.resource.spi.ResourceAllocationException;
import jakarta.resource.spi.SecurityException;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import javax.transaction.xa.XAException;

/** Turns failures of JDBC into those of Jakarta Connectors and back, keeping message, state and cause. Stateless. */
final class Failures {

    private Failures() {}

    /** Returns what to throw to a container that asked for a connection. */
    static ResourceException toResource(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (state.startsWith("28")) {
            return new SecurityException(message, failure);
        }
        if (state.startsWith("08")) {
            return failure instanceof SQLTransientConnectionException
                    ? new ResourceAllocationException(message, failure)
                    : new CommException(message, failure);
        }
        return new EISSystemException(message, failure);
    }

    /** Returns what to throw to an application for a failure that came through the container. */
    static SQLException toSql(ResourceException failure) {
        SQLException below = Causes.find(failure, SQLException.class);
        String message = below != null && below.getMessage() != null ? below.getMessage() : failure.getMessage();
        String state = below != null && below.getSQLState() != null ? below.getSQLState() : "08001";
        int code = below == null ? 0 : below.getErrorCode();
        if (state.startsWith("28")) {
            return new SQLInvalidAuthorizationSpecException(message, state, code, failure);
        }
        if (below == null || below instanceof SQLTransientConnectionException) {
            // Without a database's failure below, it is the container that had none to give: its pool is exhausted.
            return new SQLTransientConnectionException(message, state, code, failure);
        }
        return state.startsWith("08")
                ? new SQLNonTransientConnectionException(message, state, code, failure)
                : new SQLException(message, state, code, failure);
    }

    /** Returns whether a failure that came through the container still says what was met below. */
    static boolean hasReason(ResourceException failure) {
        return Causes.find(failure, SQLException.class) != null;
    }

    /** Returns what an application meets whose transaction could not be started on the connection it asks for. */
    static SQLException notJoined(XAException failure) {
        return new SQLTransactionRollbackException(
                "this connection could not join the transaction, and nothing runs on it outside: "
                        + failure.getMessage(),
                "40000",
                failure);
    }
}
