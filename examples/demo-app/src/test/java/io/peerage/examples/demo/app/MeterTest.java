/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    // A monotonic clock may start anywhere, below zero as well.
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Meter meter = new Meter(nanos::get, InstantSource.fixed(NOON), List.of("a", "b"));

    @Test
    void countsPerPeerInTheSecondJustOver() {
        meter.served("a", MILLI);
        meter.served("b", 7 * MILLI);
        meter.served("b", 3 * MILLI);
        assertThat(last("b")).as("a second that is not over").isZero();

        passSeconds(1);
        assertThat(last("a")).isEqualTo(1);
        assertThat(last("b")).isEqualTo(2);
        assertThat(meter.snapshot().maxLatencyMillis()).isEqualTo(7);
    }

    @Test
    void secondsWithoutRequestsAreEmpty() {
        meter.served("a", MILLI);
        passSeconds(3);
        meter.served("a", MILLI);
        passSeconds(1);
        assertThat(perSecond("a").subList(Meter.SECONDS - 4, Meter.SECONDS)).containsExactly(1, 0, 0, 1);
        passSeconds(1);
        assertThat(meter.snapshot().maxLatencyMillis()).isZero();
    }

    @Test
    void forgetsWhatIsOlderThanTheWindowButNotTheTotals() {
        meter.served("a", MILLI);
        passSeconds(Meter.SECONDS);
        assertThat(perSecond("a")).startsWith(1).hasSize(Meter.SECONDS);
        passSeconds(1);
        assertThat(perSecond("a")).containsOnly(0);
        assertThat(peer("a").total()).isEqualTo(1);
    }

    @Test
    void neverMixesASecondWithTheOneThatHadItsPlaceBefore() {
        meter.served("a", MILLI);
        passSeconds(Meter.SECONDS + 1);
        meter.served("b", MILLI);
        passSeconds(1);
        assertThat(last("a")).isZero();
        assertThat(last("b")).isEqualTo(1);
    }

    @Test
    void sharesAreOfTheLastTenSeconds() {
        meter.served("a", MILLI);
        passSeconds(1);
        meter.served("b", MILLI);
        passSeconds(10);
        assertThat(peer("a").recent()).isZero();
        assertThat(peer("b").recent()).isEqualTo(1);
    }

    @Test
    void keepsTheLatestFailuresAndCountsAll() {
        for (int i = 1; i <= 25; i++) {
            meter.failed("failure " + i, i * MILLI);
        }
        passSeconds(1);
        Meter.Snapshot snapshot = meter.snapshot();
        assertThat(snapshot.failed()).isEqualTo(25);
        assertThat(snapshot.failures()).hasSize(20).first().isEqualTo(new Meter.Failure(NOON, "failure 25"));
        assertThat(snapshot.failedPerSecond().get(Meter.SECONDS - 1)).isEqualTo(25);
        assertThat(snapshot.maxLatencyMillis()).isEqualTo(25);
    }

    private void passSeconds(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private int last(String peer) {
        return perSecond(peer).get(Meter.SECONDS - 1);
    }

    private List<Integer> perSecond(String peer) {
        return peer(peer).perSecond();
    }

    private Meter.PeerCounts peer(String name) {
        return meter.snapshot().peers().stream()
                .filter(counts -> counts.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
