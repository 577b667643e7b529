/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.errors;

import io.peerage.peer.Causes;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.util.List;

/**
 * Sorts exceptions by a table: the first row wins that fits the exception, one of its causes, or one of its next
 * exceptions, since drivers wrap what the server said. While connecting nothing of the application's had run and no
 * connection came to be, so there every verdict is refused and without a connection. Immutable.
 */
public final class ErrorTable implements ExceptionSorter {

    private final List<ErrorRow> rows;

    /** @param rows from the specific to the general; the last one fits everything */
    ErrorTable(List<ErrorRow> rows) {
        this.rows = List.copyOf(rows);
    }

    /** Returns the table for MySQL and MariaDB servers and the proxies in front of them. */
    public static ErrorTable mySql() {
        return new ErrorTable(ErrorTableReader.read("mysql"));
    }

    /** Returns the table for PostgreSQL, and for drivers of which nothing is known. */
    public static ErrorTable sqlState() {
        return new ErrorTable(ErrorTableReader.read("sqlstate"));
    }

    /** Returns whether {@code verdict}, of one of these tables, is on a user or password that was refused. */
    public static boolean isOfLogin(Verdict verdict) {
        return verdict.fault().equals("login refused");
    }

    /**
     * Returns whether {@code verdict}, of one of these tables, is on a connect that failed of the peer's settings,
     * whatever its state.
     */
    public static boolean isOfSettings(Verdict verdict) {
        return verdict.fault().equals("unacceptable setting");
    }

    List<ErrorRow> rows() {
        return rows;
    }

    @Override
    public Verdict sort(SQLException failure, Phase phase) {
        List<Throwable> chain = Causes.chain(failure);
        for (ErrorRow row : rows) {
            for (Throwable each : chain) {
                if (row.matches(each, phase)) {
                    Verdict verdict = row.verdict();
                    return phase == Phase.CONNECT ? new Verdict(verdict.fault(), true, verdict.peer(), true) : verdict;
                }
            }
        }
        throw new IllegalStateException("the last row of the table must fit everything", failure);
    }
}
