/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static io.peerage.peer.Verdicts.failure;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a deployer's sorter leaves open, the driver's own decides: with no fate, a lost connection would be kept. */
class SafeSorterTest {

    private static final Verdict WHOLE = new Verdict("whole", Verdict.Fate.RETIRED, Verdict.Standing.SOUND, false);

    private final List<Throwable> broken = new ArrayList<>();

    private Verdict sorted(Verdict asked) {
        return new SafeSorter((failure, phase) -> asked, (failure, phase) -> Verdicts.DOWN, broken::add)
                .sort(failure("08S01"), Phase.USE);
    }

    @Test
    void aWholeVerdictStands() {
        assertThat(sorted(WHOLE)).isSameAs(WHOLE);
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fault", "connection", "peer"})
    @SuppressWarnings("NullAway") // as a class that is compiled without a look at nulls may do
    void halfAVerdictIsNone(String missing) {
        Verdict half = new Verdict(
                missing.equals("fault") ? null : WHOLE.fault(),
                missing.equals("connection") ? null : WHOLE.connection(),
                missing.equals("peer") ? null : WHOLE.peer(),
                false);
        assertThat(sorted(half)).isSameAs(Verdicts.DOWN);
        assertThat(broken).singleElement().asString().contains("its verdict is " + half);
    }
}
