/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.config.DriverProfile;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import io.peerage.server.Readiness;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What is said of a connect that failed after the login, which is the check's affair and no setting's. */
class ExplanationTest {

    private static final ExceptionSorter SORTER = DriverProfile.of("mysql").exceptionSorter();

    private final Explanation explanation = new Explanation(SORTER, 2_000);

    /** A deployer's ReadinessCheck that reads a variable of a plugin, on a server that was started without it. */
    @Test
    void aCheckThatTheServerDoesNotUnderstandIsNotReady() {
        SQLException unknown =
                new SQLException("Unknown system variable 'group_replication_group_name'", "HY000", 1193);

        SQLException explained = explanation.ofCheck(unknown);

        assertThat(SORTER.sort(explained, Phase.CONNECT).peer()).isEqualTo(Verdict.Standing.DOWN);
        assertThat((Throwable) explained)
                .hasMessage("not ready: Unknown system variable 'group_replication_group_name'");
        assertThat(explained.getSuppressed()).containsExactly(unknown);
    }

    @Test
    void aCheckThatIsNotAnsweredNamesWhatBoundsIt() {
        SQLException late = new SQLException("read", "08S01", 0, new SocketTimeoutException("timed out"));

        assertThat((Throwable) explanation.ofCheck(late))
                .hasMessageStartingWith("no answer within ConnectTimeoutMillis=2000");
    }

    @Test
    void whatElseItMeetsStaysAsItIs() {
        SQLException notReady = Readiness.notReady("read_only is ON");

        assertThat((Throwable) explanation.ofCheck(notReady)).isSameAs(notReady);
    }
}
