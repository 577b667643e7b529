/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A peer that stays out, or refuses, for another reason than at first. */
class ChangedReasonTest {

    private final FakeTime time = new FakeTime();
    private final Recorder events = new Recorder();
    private final PeerGroup group = new PeerGroup(
            List.of(new NamedEndpoint("a", 1), new NamedEndpoint("b", 1)),
            new RandomSelection(),
            SECONDS.toNanos(30),
            time,
            new Random(20261126)::nextInt,
            events,
            time,
            this::probe,
            ChangedReasonTest::sort);
    private final Peer a = group.peers().get(0);
    private @Nullable SQLException met;
    private @Nullable SQLException lastResort;

    private @Nullable SQLException probe(Peer peer) throws SQLException {
        if (peer == a && met != null) {
            throw met;
        }
        return peer == a ? lastResort : null;
    }

    private static final Verdict NOBODY_LISTENS = new Verdict("nobody listens", true, Verdict.Standing.DOWN, true);

    private static Verdict sort(SQLException failure, Phase phase) {
        return switch (failure.getErrorCode()) {
            case 1040 -> Verdicts.FULL;
            case 1045, 3118 -> Verdicts.SOUND;
            default -> failure.getCause() == null ? Verdicts.DOWN : NOBODY_LISTENS;
        };
    }

    private void check(@Nullable SQLException failure) {
        met = failure;
        group.check(a);
        time.runReady();
    }

    private static SQLException notReady(String why) {
        return new SQLException("not ready: " + why, "08001");
    }

    private static SQLException refused(String text) {
        return new SQLException(text, "08S01", 0, new ConnectException("Connection refused"));
    }

    private static SQLException login(int code) {
        return new SQLException("refused " + code, "28000", code);
    }

    private String cause() {
        return String.valueOf(Objects.requireNonNull(a.health().cause()).getMessage());
    }

    @Test
    void aPeerThatIsDownSaysEachReasonOnceWhateverTheFigures() {
        group.start();
        check(refused("port 3306, 12 ms"));
        check(refused("port 3306, 15 ms"));
        check(refused("another text of the driver"));
        check(notReady("3 of 5 members unreachable"));
        check(notReady("4 of 5 members unreachable"));
        check(notReady("read_only is ON"));
        assertThat(cause()).isEqualTo("not ready: read_only is ON");
        check(refused("port 3306, 12 ms"));
        check(null);
        assertThat(events.lines())
                .containsExactly(
                        "down a",
                        "still down a: not ready: 3 of 5 members unreachable",
                        "still down a: not ready: read_only is ON",
                        "still down a: port 3306, 12 ms",
                        "up a after 0 s");
    }

    @Test
    void aPeerThatRefusesSaysWhenItDoesSoForAnotherReason() {
        group.start();
        check(login(1045));
        check(login(1045));
        check(login(3118));
        check(login(1040));
        assertThat(cause()).isEqualTo("refused 1040");
        check(null);
        assertThat(events.lines())
                .containsExactly(
                        "refusing a",
                        "still refusing a: refused 3118",
                        "still refusing a: refused 1040",
                        "admitting a");
    }

    @Test
    void aPeerThatWasDownAndRefusesIsUpAndRefusing() {
        group.start();
        check(notReady("read_only is ON"));
        check(login(1045));
        assertThat(events.lines()).containsExactly("down a", "up a after 0 s", "refusing a");
    }

    @Test
    void aLastResortSaysWhyItIsOneNow() {
        group.start();
        lastResort = notReady("donor");
        check(null);
        check(null);
        long since = a.health().since();
        time.pass(1, SECONDS);
        lastResort = notReady("catching up");
        check(null);
        assertThat(cause()).isEqualTo("not ready: catching up");
        assertThat(a.health().since()).isEqualTo(since);
        assertThat(events.lines()).containsExactly("last resort a", "still last resort a: not ready: catching up");
    }

    @Test
    void aPeerThatIsResumedAndDoesNotComeBackSaysWhy() {
        group.start();
        group.drain(a);
        group.resume(a);
        met = notReady("read_only is ON");
        time.runReady();
        assertThat(events.lines())
                .containsExactly("drained a", "resumed a", "still down a: not ready: read_only is ON");
    }
}
