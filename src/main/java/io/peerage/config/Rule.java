/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static java.util.Objects.requireNonNull;

import io.peerage.peer.Causes;
import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import io.peerage.peer.Verdict.Fate;
import io.peerage.peer.Verdict.Standing;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One row of an exception table: what to look for, what it means, and who says so. A condition left out holds always.
 * Immutable.
 *
 * @param phase null: any
 * @param state start of the SQLState; empty: any, even none
 * @param codes vendor codes; empty: any
 * @param message found in the message; null: any
 * @param type class of the exception; null: any
 * @param className name of the exception's class or one above it, for a driver that may not be there; empty: any
 * @param below class of one of the causes of the exception; null: any
 * @param source the document or source that says what this means
 */
record Rule(
        @Nullable Phase phase,
        String state,
        Set<Integer> codes,
        @Nullable Pattern message,
        @Nullable Class<? extends Throwable> type,
        String className,
        @Nullable Class<? extends Throwable> below,
        Verdict verdict,
        String source) {

    /** Returns whether this row is about {@code failure}, which is one link of a chain of exceptions. */
    boolean matches(Throwable failure, Phase where) {
        return (phase == null || phase == where)
                && (type == null || type.isInstance(failure))
                && (className.isEmpty() || isNamed(failure))
                && (below == null || Causes.of(failure).anyMatch(below::isInstance))
                && (message == null
                        || message.matcher(orEmpty(failure.getMessage())).find())
                && (state.isEmpty()
                        || (failure instanceof SQLException sql
                                && orEmpty(sql.getSQLState()).startsWith(state)))
                && (codes.isEmpty() || (failure instanceof SQLException sql && codes.contains(sql.getErrorCode())));
    }

    private boolean isNamed(Throwable failure) {
        return Stream.<Class<?>>iterate(failure.getClass(), Objects::nonNull, Class::getSuperclass)
                .anyMatch(each -> each.getName().equals(className));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Starts a row whose verdict is called {@code fault}. */
    static Draft when(String fault) {
        return new Draft(fault);
    }

    /** A row being written down, in the order of a sentence. Confined to the thread that writes. */
    static final class Draft {

        private final String fault;
        private @Nullable Phase phase;
        private String state = "";
        private Set<Integer> codes = Set.of();
        private @Nullable Pattern message;
        private @Nullable Class<? extends Throwable> type;
        private String className = "";
        private @Nullable Class<? extends Throwable> below;
        private boolean refused;
        private @Nullable Verdict verdict;

        private Draft(String fault) {
            this.fault = fault;
        }

        Draft at(Phase phase) {
            this.phase = phase;
            return this;
        }

        Draft state(String prefix) {
            this.state = prefix;
            return this;
        }

        Draft code(Integer... vendorCodes) {
            this.codes = Arrays.stream(vendorCodes).collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /** Takes a regular expression, found anywhere in the message, without regard to case. */
        Draft saying(String regex) {
            this.message = Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
            return this;
        }

        Draft type(Class<? extends Throwable> type) {
            this.type = type;
            return this;
        }

        Draft type(String nameOfClass) {
            this.className = nameOfClass;
            return this;
        }

        /** Takes the class of a cause. */
        Draft over(Class<? extends Throwable> cause) {
            this.below = cause;
            return this;
        }

        /** Notes that the server refused before it ran anything. */
        Draft refused() {
            this.refused = true;
            return this;
        }

        /** The connection is lost. */
        Draft loses(Standing peer) {
            return verdict(Fate.LOST, peer);
        }

        /** The server says that the connection is lost, which has to be seen. */
        Draft doubts(Standing peer) {
            return verdict(Fate.DOUBTED, peer);
        }

        /** The connection stays usable for its unit of work. */
        Draft retires(Standing peer) {
            return verdict(Fate.RETIRED, peer);
        }

        /** The connection stays usable. */
        Draft keeps(Standing peer) {
            return verdict(Fate.KEPT, peer);
        }

        private Draft verdict(Fate connection, Standing peer) {
            this.verdict = new Verdict(fault, connection, peer, refused);
            return this;
        }

        Rule says(String source) {
            return new Rule(
                    phase, state, codes, message, type, className, below, requireNonNull(verdict, fault), source);
        }
    }
}
