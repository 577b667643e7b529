/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/** Words what the handles themselves refuse. These exceptions never pass the funnel: no driver threw them. */
final class Refusals {

    /** SQLState: connection does not exist. */
    static final String CLOSED = "08003";

    /**
     * SQLState: function sequence error (ISO/IEC 9075-3, as ODBC and the drivers' own HY000 and S1009 are). Nothing of
     * class 08, for which pools throw the connection away, and the transaction with it.
     */
    static final String STATEMENT_CLOSED = "HY010";

    /** SQLState: invalid cursor state (ISO/IEC 9075-2). */
    static final String RESULT_CLOSED = "24000";

    /** SQLState: connection failure. */
    static final String LINK_LOST = "08006";

    /** SQLState: invalid transaction state. */
    static final String TRANSACTION_STATE = "25000";

    private Refusals() {}

    static SQLException closed(String what) {
        return new SQLNonTransientConnectionException(what, CLOSED);
    }

    static SQLException statementClosed() {
        return new SQLException("The statement is closed", STATEMENT_CLOSED);
    }

    static SQLException resultClosed() {
        return new SQLException("The result set is closed, or its statement is", RESULT_CLOSED);
    }

    static SQLException lost(String what) {
        return new SQLNonTransientConnectionException(what, LINK_LOST);
    }

    static SQLException transactionState(String what) {
        return new SQLException(what, TRANSACTION_STATE);
    }
}
