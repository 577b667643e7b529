/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What an operator would call the reason of a state: the kind of fault and the server's number for it. What no server
 * has numbered and nothing lies below, such as the answer of a readiness check, goes by its words, whatever figures are
 * among them. Immutable; equal if the reason is the same.
 *
 * @param fault see {@link Verdict#fault}
 * @param code the first error code found; 0 = none
 * @param words the message without figures where neither code nor cause tells more, else empty
 */
record Reason(String fault, int code, String words) {

    private static final Reason NONE = new Reason("", 0, "");

    static Reason of(@Nullable Throwable cause, ExceptionSorter sorter) {
        if (!(cause instanceof SQLException failure)) {
            return cause == null ? NONE : new Reason(cause.getClass().getName(), 0, "");
        }
        int code = code(failure);
        String words = code == 0 && failure.getCause() == null ? words(failure) : "";
        return new Reason(sorter.sort(failure, Phase.CONNECT).fault(), code, words);
    }

    private static int code(SQLException failure) {
        for (Throwable each : Causes.chain(failure)) {
            // MariaDB's driver numbers with -1 what it wraps.
            if (each instanceof SQLException numbered && numbered.getErrorCode() > 0) {
                return numbered.getErrorCode();
            }
        }
        return 0;
    }

    private static String words(SQLException failure) {
        String message = failure.getMessage();
        return message == null ? "" : message.lines().findFirst().orElse("").replaceAll("[0-9]+", "");
    }
}
