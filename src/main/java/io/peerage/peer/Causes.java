/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Walks what is behind an exception, which may be long, or lead back to itself. Thread-safe: stateless. */
public final class Causes {

    /** Bounds the walk, should a driver chain without end. */
    private static final int LONGEST = 64;

    private Causes() {}

    /** Returns {@code failure} itself, its causes and its next exceptions, nearest first, each once and 64 at most. */
    public static List<Throwable> chain(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> chain = new ArrayList<>();
        Deque<Throwable> toVisit = new ArrayDeque<>();
        toVisit.add(failure);
        while (!toVisit.isEmpty() && chain.size() < LONGEST) {
            Throwable link = toVisit.remove();
            if (!seen.add(link)) {
                continue;
            }
            chain.add(link);
            if (link.getCause() != null) {
                toVisit.add(link.getCause());
            }
            if (link instanceof SQLException sql && sql.getNextException() != null) {
                toVisit.add(sql.getNextException());
            }
        }
        return chain;
    }

    /** Returns what {@link #chain} does, without {@code failure} itself. */
    public static Stream<Throwable> of(Throwable failure) {
        return chain(failure).stream().skip(1);
    }
}
