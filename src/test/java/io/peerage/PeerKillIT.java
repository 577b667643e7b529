/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import java.net.SocketException;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A crash ({@code kill -9}) under eight threads, again and again: an error is a unit of work that was on that peer when
 * it died, and nothing else.
 *
 * <p>The kernel ends a killed server's sockets only after its threads and its memory are gone, some tens of
 * milliseconds after the signal; until then the server's connections are quiet and take what is sent. So "when it died"
 * lasts from the signal to the end of the process.
 */
@Timeout(240)
@Tag("timed")
class PeerKillIT {

    private static final int THREADS = 8;
    private static final int ROUNDS = 5;

    @AutoClose
    private static LivePeers live;

    @AutoClose
    private final LifoContainer container = new LifoContainer(12);

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
        Units.prepare(live.peers);
    }

    @Test
    void aCrashCostsOnlyWhatWasOnThatPeer() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setRebalancePerSecond(10);
        PeerDataSource source = container.fill(factory, 12).dataSource(factory);
        Units units = new Units(container, factory);
        int known = 0;
        try (PacedLoad load = PacedLoad.startEach(THREADS, units::of)) {
            for (int round = 1; round <= ROUNDS; round++) {
                LocalPeer peer = live.peer(round % 3 + 1);
                load.awaitShare(peer.port(), 1 / 3.0);
                load.clearWorst();
                long signalled = System.nanoTime();
                peer.kill();
                long gone = System.nanoTime();
                load.awaitEveryThread();
                load.awaitMore(500);
                List<PacedLoad.Failure> failures =
                        load.failures().subList(known, load.failures().size());
                known += failures.size();
                System.out.println("kill -9 under " + THREADS + " threads, round " + round + ": " + failures.size()
                        + " errors, " + NANOSECONDS.toMillis(gone - signalled)
                        + " ms from the signal to the end of the process, begun after the signal: "
                        + count(failures, f -> f.began() - signalled > 0) + ", never read by the server: "
                        + count(failures, PeerKillIT::wasReset) + ", worst request "
                        + load.worstMillis() + " ms");
                assertThat(failures)
                        .as("units of work that were on " + peer + " before its process had ended")
                        .allSatisfy(failure -> {
                            assertThat(failure.dealtTo()).isEqualTo(peer.port());
                            assertThat(failure.began() - gone).isNegative();
                        })
                        .hasSizeLessThanOrEqualTo(THREADS);
                assertThat(failures.stream().map(PacedLoad.Failure::thread)).doesNotHaveDuplicates();
                assertThat(load.worstMillis()).as("ConnectTimeoutMillis + 1 s").isLessThan(2_000);
                peer.restart();
                LivePeers.awaitState(source, peer.name(), "up");
            }
        }
        System.out.println("kill -9 under " + THREADS + " threads: " + known + " errors in " + ROUNDS + " rounds");
        assertThat(Units.written(live.peers))
                .as("rows: of all that committed, and at most of those that failed")
                .isBetween(units.committed(), units.committed() + known);
    }

    private static long count(List<PacedLoad.Failure> failures, Predicate<PacedLoad.Failure> which) {
        return failures.stream().filter(which).count();
    }

    /** The kernel resets, and does not close in order, what the server had not read: that statement never ran. */
    private static boolean wasReset(PacedLoad.Failure failure) {
        for (Throwable cause = failure.cause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException
                    && String.valueOf(cause.getMessage()).contains("reset")) {
                return true;
            }
        }
        return false;
    }
}
