/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.connect.AllPeersDownException;
import io.peerage.local.Relay;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All peers gone at once, for a moment, for seconds and for longer than anybody waits: connections cut, new ones refused. */
@Timeout(120)
class AllDownIT {

    private static final int THREADS = 8;

    private static LivePeers live;
    private final LifoContainer container = new LifoContainer(12);
    private List<Relay> relays;
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
    }

    @AfterAll
    static void stopPeers() {
        live.close();
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

    private void cut() {
        relays.forEach(Relay::refuse);
        relays.forEach(Relay::reset);
    }

    private static void pass(long millis) throws Exception {
        long end = System.nanoTime() + MILLISECONDS.toNanos(millis);
        LivePeers.await(millis + " ms to pass", () -> System.nanoTime() - end >= 0);
    }

    @Test
    void aBlipCostsOnlyWhatWasOnTheWire() throws Exception {
        container.fill(factory, 12);
        Units units = new Units(container, factory);
        int errors;
        try (Load load = new Load(THREADS, units::of).start()) {
            load.awaitMore(500);
            cut();
            long gone = System.nanoTime();
            pass(300);
            relays.forEach(Relay::pass);
            load.awaitEveryThread();
            load.awaitMore(500);
            errors = load.failures().size();
            System.out.println("all peers gone for 300 ms under " + THREADS + " threads: " + errors
                    + " errors, worst request " + load.worstMillis() + " ms");
            assertThat(load.failures())
                    .as("only what was under way when they went")
                    .allSatisfy(failure -> {
                        assertThat(failure.began() - gone).isNegative();
                        assertThat(failure.dealtTo()).isNotZero();
                    })
                    .hasSizeLessThanOrEqualTo(THREADS);
            assertThat(load.failures().stream().map(Load.Failure::thread)).doesNotHaveDuplicates();
        }
        assertThat(Units.written(live.peers)).isBetween(units.committed(), units.committed() + errors);
    }

    @Test
    void requestsWaitForSecondsAndGoOnAsSoonAsOnePeerIsBack() throws Exception {
        container.fill(factory, 12);
        Units units = new Units(container, factory);
        try (Load load = new Load(THREADS, units::of).start()) {
            load.awaitMore(500);
            cut();
            long gone = System.nanoTime();
            pass(4_000);
            long served = load.total();
            relays.get(1).pass();
            long back = System.nanoTime();
            LivePeers.await("an answer", () -> load.total() > served);
            long first = NANOSECONDS.toMillis(System.nanoTime() - back);
            load.awaitEveryThread();
            long all = NANOSECONDS.toMillis(System.nanoTime() - back);
            System.out.println("all peers gone for 4 s under " + THREADS + " threads: "
                    + load.failures().size()
                    + " errors, first answer " + first + " ms after the first peer is back, every thread's after "
                    + all + " ms");
            assertThat(first).isLessThan(300);
            assertThat(load.failures())
                    .allSatisfy(failure -> assertThat(failure.began() - gone)
                            .as("begun before")
                            .isNegative())
                    .hasSizeLessThanOrEqualTo(THREADS);
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
