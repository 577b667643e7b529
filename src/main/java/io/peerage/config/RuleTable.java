/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Sorts exceptions by a table: the first row wins that fits the exception, one of its causes, or one of its next
 * exceptions, since drivers wrap what the server said. While connecting nothing of the application's had run and no
 * connection came to be, so there every verdict is refused and without a connection. Immutable.
 */
final class RuleTable implements ExceptionSorter {

    /** Bounds the walk, should a driver chain without end. */
    private static final int LONGEST_CHAIN = 64;

    private final List<Rule> rules;

    /**
     * Takes the rows from the specific to the general.
     *
     * @param rules the last one fits everything
     */
    RuleTable(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    List<Rule> rules() {
        return rules;
    }

    @Override
    public Verdict sort(SQLException failure, Phase phase) {
        Set<Throwable> chain = chain(failure);
        for (Rule rule : rules) {
            for (Throwable link : chain) {
                if (rule.matches(link, phase)) {
                    Verdict verdict = rule.verdict();
                    return phase == Phase.CONNECT ? new Verdict(verdict.fault(), true, verdict.peer(), true) : verdict;
                }
            }
        }
        throw new IllegalStateException("the last rule of the table must fit everything", failure);
    }

    private static Set<Throwable> chain(SQLException failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> toVisit = new ArrayDeque<>();
        toVisit.add(failure);
        while (!toVisit.isEmpty() && seen.size() < LONGEST_CHAIN) {
            Throwable link = toVisit.remove();
            if (!seen.add(link)) {
                continue;
            }
            if (link.getCause() != null) {
                toVisit.add(link.getCause());
            }
            if (link instanceof SQLException sql && sql.getNextException() != null) {
                toVisit.add(sql.getNextException());
            }
        }
        return seen;
    }
}
