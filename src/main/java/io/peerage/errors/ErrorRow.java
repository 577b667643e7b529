/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.errors;

import static java.util.Objects.requireNonNullElse;

import io.peerage.peer.Causes;
import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One row of an exception table: what to look for, what it means, and who says so. A condition left out holds always.
 * Immutable.
 *
 * @param phase null: any
 * @param codes vendor codes; empty: any
 * @param state start of the SQLState; empty: any, even none
 * @param type name of the exception's class or of one above it; empty: any
 * @param below the same of one of its causes; empty: any
 * @param words found in the message; null: any
 * @param source the document or source that says what this means
 */
record ErrorRow(
        @Nullable Phase phase,
        Set<Integer> codes,
        String state,
        String type,
        String below,
        @Nullable Pattern words,
        Verdict verdict,
        String source) {

    /** Returns whether this row is about {@code failure}, which is one of a chain of exceptions. */
    boolean matches(Throwable failure, Phase where) {
        return (phase == null || phase == where)
                && (codes.isEmpty() || (failure instanceof SQLException sql && codes.contains(sql.getErrorCode())))
                && (state.isEmpty()
                        || (failure instanceof SQLException sql
                                && requireNonNullElse(sql.getSQLState(), "").startsWith(state)))
                && (words == null
                        || words.matcher(requireNonNullElse(failure.getMessage(), ""))
                                .find())
                && isNamed(failure, type)
                && (below.isEmpty() || Causes.chain(failure).stream().skip(1).anyMatch(cause -> isNamed(cause, below)));
    }

    /** By name, for the class of a driver may not be there. */
    private static boolean isNamed(Throwable failure, String name) {
        return name.isEmpty()
                || Stream.<Class<?>>iterate(failure.getClass(), Objects::nonNull, Class::getSuperclass)
                        .anyMatch(each -> each.getName().equals(name));
    }
}
