/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A sorter that always has a verdict: where the deployer's throws, or returns none or half of one, another takes its
 * place for this failure. As thread-safe as those two.
 */
public final class SafeSorter implements ExceptionSorter {

    private final ExceptionSorter asked;
    private final ExceptionSorter instead;
    private final Consumer<Throwable> broken;

    /**
     * @param asked the deployer's
     * @param instead one that never fails
     * @param broken told of each failure; must not throw
     */
    public SafeSorter(ExceptionSorter asked, ExceptionSorter instead, Consumer<Throwable> broken) {
        this.asked = asked;
        this.instead = instead;
        this.broken = broken;
    }

    @Override
    public Verdict sort(SQLException failure, Phase phase) {
        try {
            @Nullable Verdict verdict = asked.sort(failure, phase);
            if (isWhole(verdict)) {
                return verdict;
            }
            broken.accept(new IllegalStateException("its verdict is " + verdict));
        } catch (Throwable e) { // whatever it is, the failure at hand must be dealt with
            broken.accept(e);
        }
        return instead.sort(failure, phase);
    }

    /** The deployer's class may have been compiled without a look at nulls. */
    @SuppressWarnings("ConstantValue")
    private static boolean isWhole(@Nullable Verdict verdict) {
        return verdict != null && verdict.fault() != null && verdict.connection() != null && verdict.peer() != null;
    }
}
