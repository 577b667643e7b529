/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A selection that always chooses one of the candidates: where the deployer's throws, or returns null or a peer that is
 * not among them, a random draw takes its place. It is asked again the next time. As thread-safe as what it asks.
 */
final class SafeSelection implements Selection {

    private static final Selection INSTEAD = new RandomSelection();

    private final Selection asked;
    private final Consumer<Throwable> broken;

    /** @param broken told of each failure; must not throw */
    SafeSelection(Selection asked, Consumer<Throwable> broken) {
        this.asked = asked;
        this.broken = broken;
    }

    @Override
    public Peer select(List<Peer> candidates, RandomSource random) {
        try {
            @Nullable Peer chosen = asked.select(candidates, random);
            if (chosen != null && candidates.contains(chosen)) {
                return chosen;
            }
            broken.accept(new IllegalStateException("it chose " + chosen + " out of " + candidates));
        } catch (Throwable e) { // whatever it is, the unit of work behind it must go on
            broken.accept(e);
        }
        return INSTEAD.select(candidates, random);
    }

    @Override
    public boolean evensOut() {
        return answer(Selection::evensOut);
    }

    @Override
    public boolean isExclusive() {
        return answer(Selection::isExclusive);
    }

    private boolean answer(Predicate<Selection> question) {
        try {
            return question.test(asked);
        } catch (Throwable e) { // as above
            broken.accept(e);
            return question.test(INSTEAD);
        }
    }
}
