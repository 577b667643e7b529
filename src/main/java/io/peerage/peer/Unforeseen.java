/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;

/**
 * Makes an SQLException of what JDBC does not foresee: a defect of a driver, or an error of the JVM. It passes the
 * funnel, the counters and the log like any other then, and its user gets another peer or a failure that is declared.
 * Stateless.
 */
public final class Unforeseen {

    /** Of class 58, "system error": neither a lost connection nor a refusal by the server. */
    private static final String STATE = "58000";

    private Unforeseen() {}

    /** Returns {@code failure} itself, if it is an SQLException, or one that is caused by it and says so. */
    public static SQLException of(Throwable failure) {
        return failure instanceof SQLException foreseen
                ? foreseen
                : new SQLException("failed in a way that JDBC does not foresee: " + failure, STATE, failure);
    }
}
