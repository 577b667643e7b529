/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

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
final class RuleTable implements ExceptionSorter {

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
        List<Throwable> chain = Causes.chain(failure);
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
}
