/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies below a failure. Chains of causes may lead back to themselves ({@link Throwable#initCause} forbids only the
 * shortest circle), and one that a driver makes up as it is asked may never end: every walk here visits a failure once,
 * and {@link #MOST} at the most. Stateless.
 */
public final class Causes {

    /** How many failures a walk visits at the most. */
    static final int MOST = 64;

    private Causes() {}

    /** Returns {@code failure}, its cause, the cause of that, and so on. */
    public static List<Throwable> line(Throwable failure) {
        List<Throwable> line = new ArrayList<>();
        for (Throwable next = failure; next != null && isNew(next, line); next = next.getCause()) {
            line.add(next);
        }
        return line;
    }

    /**
     * Returns {@code failure}, all its causes, and all next exceptions of those that are SQLExceptions; what is fewer
     * steps away comes first.
     */
    public static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        add(failure, chain);
        for (int i = 0; i < chain.size(); i++) {
            Throwable visited = chain.get(i);
            add(visited.getCause(), chain);
            if (visited instanceof SQLException sql) {
                add(sql.getNextException(), chain);
            }
        }
        return chain;
    }

    /**
     * Returns the first in the {@linkplain #line line} below {@code failure}, itself included, that is a {@code type},
     * or null.
     */
    public static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        return line(failure).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElse(null);
    }

    /** Returns the last in the {@linkplain #line line} below {@code failure}: itself, if it has no cause. */
    public static Throwable root(Throwable failure) {
        List<Throwable> line = line(failure);
        return line.get(line.size() - 1);
    }

    /** Adds {@code other} to what {@code failure} suppresses, unless a driver threw the same object twice. */
    public static void suppress(Throwable failure, Throwable other) {
        if (other != failure) {
            failure.addSuppressed(other);
        }
    }

    private static void add(@Nullable Throwable next, List<Throwable> chain) {
        if (next != null && isNew(next, chain)) {
            chain.add(next);
        }
    }

    /** By identity: an exception may have an {@code equals} of its own. */
    private static boolean isNew(Throwable next, List<Throwable> seen) {
        return seen.size() < MOST && seen.stream().noneMatch(each -> each == next);
    }
}
