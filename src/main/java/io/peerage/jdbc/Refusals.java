/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/** Words what the handles themselves refuse. These exceptions never pass the funnel: no driver threw them. */
final class Refusals {

    /** SQLState: connection does not exist. */
    static final String CLOSED = "08003";

    /** SQLState: connection failure. */
    static final String LINK_LOST = "08006";

    /** SQLState: invalid transaction state. */
    static final String TRANSACTION_STATE = "25000";

    private Refusals() {}

    static SQLException closed(String what) {
        return new SQLNonTransientConnectionException(what, CLOSED);
    }

    static SQLException lost(String what) {
        return new SQLNonTransientConnectionException(what, LINK_LOST);
    }

    static SQLException transactionState(String what) {
        return new SQLException(what, TRANSACTION_STATE);
    }
}
