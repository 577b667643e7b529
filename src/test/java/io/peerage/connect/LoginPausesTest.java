/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How long a user who was not let in leaves a peer alone. */
class LoginPausesTest {

    private static final Credentials EVE = Credentials.of("eve", "old");

    private final SimulatedTime time = new SimulatedTime();
    private final FakePeers peers = new FakePeers(time, new Random(20261126)::nextInt, 2, 30);
    private final Peer a = peers.peer(0);
    private final Peer b = peers.peer(1);
    private final LoginPauses pauses = new LoginPauses(time);

    /** Fails whenever it may, and returns how long each pause was, in seconds. */
    private List<Long> failAgainAndAgain(int times) {
        List<Long> lengths = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            pauses.failed(a, EVE);
            long began = time.nanos();
            while (pauses.pauses(a, EVE)) {
                time.pass(100, MILLISECONDS);
            }
            lengths.add(NANOSECONDS.toSeconds(time.nanos() - began));
        }
        return lengths;
    }

    @Test
    void eachPauseIsTwiceAsLongAsTheOneBeforeUpToAMinute() {
        assertThat(failAgainAndAgain(9)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void failuresDuringAPauseDoNotMakeItLonger() {
        for (int i = 0; i < 9; i++) {
            pauses.failed(a, EVE);
            time.pass(100, MILLISECONDS);
        }
        assertThat(pauses.pauses(a, EVE)).isTrue();
        time.pass(100, MILLISECONDS);
        assertThat(pauses.pauses(a, EVE)).isFalse();
    }

    @Test
    void aLoginThatIsAcceptedForgetsWhatWasBefore() {
        failAgainAndAgain(5);
        pauses.failed(a, EVE);
        pauses.accepted(a, EVE);
        assertThat(pauses.pauses(a, EVE)).isFalse();
        assertThat(failAgainAndAgain(2)).containsExactly(1L, 2L);
    }

    @Test
    void troubleAfterAMinuteOfPeaceIsAnotherTrouble() {
        failAgainAndAgain(3);
        time.pass(60, SECONDS);
        assertThat(failAgainAndAgain(1)).containsExactly(1L);
    }

    @Test
    void concernsOneUserWithOnePasswordAndOnePeer() {
        pauses.failed(a, EVE);
        assertThat(pauses.among(List.of(a, b), EVE)).containsExactly(a);
        assertThat(pauses.among(List.of(a, b), Credentials.of("eve", "new"))).isEmpty();
        assertThat(pauses.among(List.of(a, b), Credentials.CONFIGURED)).isEmpty();
    }

    @Test
    void aPeerWithOtherSettingsIsTriedAtOnceByEverybody() {
        pauses.failed(a, EVE);
        pauses.failed(a, Credentials.CONFIGURED);
        pauses.failed(b, EVE);
        pauses.forget(a);
        assertThat(pauses.pauses(a, EVE)).isFalse();
        assertThat(pauses.pauses(a, Credentials.CONFIGURED)).isFalse();
        assertThat(pauses.pauses(b, EVE)).isTrue();
    }

    /** The check logs in as the configured user, so it knows; of others it knows nothing. */
    @Test
    void theConfiguredUsersPauseEndsWhenACheckFindsThePeerWell() {
        peers.group.start();
        pauses.failed(a, EVE);
        pauses.failed(a, Credentials.CONFIGURED);
        time.pass(1, NANOSECONDS);
        peers.group.check(a);
        time.settle();
        assertThat(peers.probed).containsExactly(a);
        assertThat(pauses.pauses(a, Credentials.CONFIGURED)).isFalse();
        assertThat(pauses.pauses(a, EVE)).isTrue();
    }

    @Test
    void remembersNoMoreUsersThanItMay() {
        for (int i = 0; i <= LoginPauses.MOST; i++) {
            pauses.failed(a, Credentials.of("user" + i, ""));
        }
        assertThat(pauses.pauses(a, Credentials.of("user0", ""))).isFalse();
        assertThat(pauses.pauses(a, Credentials.of("user1", ""))).isTrue();
        assertThat(pauses.pauses(a, Credentials.of("user" + LoginPauses.MOST, "")))
                .isTrue();
    }

    /** Many fail at once, as when an account is locked: that counts as one failure. */
    @Test
    void thoseWhoFailAtTheSameTimeBeginOnePause() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            all.add(CompletableFuture.runAsync(() -> {
                for (int j = 0; j < 1_000; j++) {
                    pauses.failed(a, EVE);
                    pauses.accepted(b, EVE);
                    pauses.pauses(a, EVE);
                }
            }));
        }
        all.forEach(CompletableFuture::join);
        time.pass(1, SECONDS);
        assertThat(pauses.pauses(a, EVE)).isFalse();
        assertThat(failAgainAndAgain(1)).containsExactly(2L);
    }
}
