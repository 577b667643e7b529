/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/** Words what the handles themselves refuse. These exceptions never pass the funnel: no driver threw them. */
final class Refusals {

    /** SQLState: connection does not exist. */
    static final String CLOSED = "08003";

    private Refusals() {}

    static SQLException closed(String what) {
        return new SQLNonTransientConnectionException(what, CLOSED);
    }

    /**
     * With the SQLState of a function sequence error (ISO/IEC 9075-3, as ODBC and the drivers' own HY000 and S1009
     * are). Nothing of class 08, for which pools throw the connection away, and the transaction with it.
     */
    static SQLException statementClosed() {
        return new SQLException("The statement is closed", "HY010");
    }

    /** With the SQLState of an invalid cursor state (ISO/IEC 9075-2). */
    static SQLException resultClosed() {
        return new SQLException("The result set is closed, or its statement is", "24000");
    }

    /** With the SQLState of a connection failure. */
    static SQLException lost(String what) {
        return new SQLNonTransientConnectionException(what, "08006");
    }

    /** With the SQLState of an invalid transaction state. */
    static SQLException transactionState(String what) {
        return new SQLException(what, "25000");
    }
}
