/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.connect.AllPeersDownException;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All peers gone at once, for a moment, for seconds and for longer than anybody waits: connections cut, new ones
 * refused.
 */
@Timeout(120)
@Tag("timed")
class AllDownIT {

    private static final int THREADS = 8;

    @AutoClose
    private static LivePeers live;

    private final LifoContainer container = new LifoContainer(12);
    private List<Relay> relays;
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
    }

    @BeforeEach
    void configure() {
        Units.prepare(live.peers);
        relays = live.peers.stream().map(peer -> Relay.to(peer.port())).toList();
        factory = live.factory();
        factory.setPeers(relays.stream()
                .map(relay -> name(relay) + "@" + relay.address())
                .collect(Collectors.joining(",")));
        // so long that nothing here can come from a regular check
        factory.setCheckIntervalSeconds(60);
        factory.setAcquireTimeoutMillis(10_000);
    }

    @AfterEach
    void close() {
        container.close();
        relays.forEach(Relay::close);
    }

    private String name(Relay relay) {
        return "peer" + (relays.indexOf(relay) + 1);
    }

    /** Returns for the port of each peer when its last connection was cut: one after the other, not at one instant. */
    private Map<Integer, Long> cut() {
        relays.forEach(Relay::refuse);
        Map<Integer, Long> gone = new HashMap<>();
        for (Relay relay : relays) {
            relay.reset();
            gone.put(relay.port(), System.nanoTime());
        }
        return gone;
    }

    /** A thread can meet each peer's end once: what it begins between two of them may be dealt to the second. */
    private static void assertOnlyWhatWasOnTheWire(PacedLoad load, Map<Integer, Long> gone) {
        assertThat(load.failures()).allSatisfy(failure -> {
            assertThat(gone).as("where it was: " + failure.cause()).containsKey(failure.dealtTo());
            assertThat(failure.began() - Objects.requireNonNull(gone.get(failure.dealtTo())))
                    .as("begun before its peer was gone")
                    .isNegative();
        });
        assertThat(load.failures().stream().map(failure -> failure.thread() + " on " + failure.dealtTo()))
                .doesNotHaveDuplicates();
    }

    private static void pass(long millis) throws Exception {
        long end = System.nanoTime() + MILLISECONDS.toNanos(millis);
        Patience.await(millis + " ms to pass", () -> System.nanoTime() - end >= 0);
    }

    @Test
    void aBlipCostsOnlyWhatWasOnTheWire() throws Exception {
        container.fill(factory, 12);
        Units units = new Units(container, factory);
        int errors;
        try (PacedLoad load = PacedLoad.startEach(THREADS, units::of)) {
            load.awaitMore(500);
            Map<Integer, Long> gone = cut();
            pass(300);
            relays.forEach(Relay::pass);
            load.awaitEveryThread();
            load.awaitMore(500);
            errors = load.failures().size();
            System.out.println("all peers gone for 300 ms under " + THREADS + " threads: " + errors
                    + " errors, worst request " + load.worstMillis() + " ms");
            assertOnlyWhatWasOnTheWire(load, gone);
        }
        assertThat(Units.written(live.peers)).isBetween(units.committed(), units.committed() + errors);
    }

    @Test
    void requestsWaitForSecondsAndGoOnAsSoonAsOnePeerIsBack() throws Exception {
        container.fill(factory, 12);
        Units units = new Units(container, factory);
        try (PacedLoad load = PacedLoad.startEach(THREADS, units::of)) {
            load.awaitMore(500);
            Map<Integer, Long> gone = cut();
            pass(4_000);
            long served = load.total();
            relays.get(1).pass();
            long back = System.nanoTime();
            Patience.await("an answer", () -> load.total() > served);
            long first = NANOSECONDS.toMillis(System.nanoTime() - back);
            load.awaitEveryThread();
            long all = NANOSECONDS.toMillis(System.nanoTime() - back);
            System.out.println("all peers gone for 4 s under " + THREADS + " threads: "
                    + load.failures().size()
                    + " errors, first answer " + first + " ms after the first peer is back, every thread's after "
                    + all + " ms");
            assertThat(first).isLessThan(300);
            assertOnlyWhatWasOnTheWire(load, gone);
        }
    }

    @Test
    void requestsFailAtTheirDeadlineWithTheFullPicture() throws Exception {
        factory.setAcquireTimeoutMillis(1_500);
        long millis = failsWithTheFullPicture();
        System.out.println("all peers gone, AcquireTimeoutMillis=1500: failed after " + millis + " ms");
        assertThat(millis).isBetween(1_500L, 1_500L + 1_000);
    }

    @Test
    void requestsFailAtOnceWhereNobodyShallWait() throws Exception {
        factory.setWhenAllDown("fail");
        long millis = failsWithTheFullPicture();
        System.out.println("all peers gone, WhenAllDown=fail: failed after " + millis + " ms");
        assertThat(millis).isLessThan(1_000);
    }

    /** @return how long the request took, in milliseconds */
    private long failsWithTheFullPicture() throws Exception {
        PeerDataSource source = container.fill(factory, 3).dataSource(factory);
        LivePeers.ask(source);
        cut();
        long began = System.nanoTime();
        SQLException failure = catchThrowableOfType(SQLException.class, () -> LivePeers.ask(source));
        long millis = NANOSECONDS.toMillis(System.nanoTime() - began);
        assertThat(failure.getSQLState()).isEqualTo("08001");
        String message = String.valueOf(failure.getMessage());
        assertThat(message.substring(message.indexOf(": ") + 2).split("; "))
                .as(message)
                .hasSize(3)
                .allSatisfy(peer -> assertThat(peer)
                        .containsPattern("peer[123] is (down: .*Connection refused.*, next check in [0-9.]+ s"
                                + "|probing: .*Connection refused.*, being asked now)"));
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        assertThat(root).isInstanceOf(AllPeersDownException.class);
        assertThat(root.getSuppressed()).as("the causes themselves").hasSize(3);
        return millis;
    }
}
