/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.HaProxy;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * A real HAProxy before each peer, and an operator who disables a frontend for maintenance: new clients are refused,
 * old ones go on working.
 */
@EnabledIf("io.peerage.local.Facilities#haProxy")
@Timeout(180)
@Tag("timed")
class ProxyMaintenanceIT {

    private static final double THIRD = 1 / 3.0;
    private static final int CHECK_INTERVAL_SECONDS = 2;
    /** The interval with its jitter, and a few seconds for the idle connections to leave. */
    private static final long MOST_MILLIS = CHECK_INTERVAL_SECONDS * 1_100L + 4_000;

    private static LivePeers live;
    private static HaProxy proxy;

    @AutoClose
    private final LifoContainer container = new LifoContainer(12);

    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void start() {
        live = new LivePeers(3);
        proxy = HaProxy.before(live.peers.stream().map(LocalPeer::port).toList());
    }

    @AfterAll
    static void stop() {
        if (proxy != null) {
            proxy.close();
        }
        live.close();
    }

    @BeforeEach
    void configure() {
        Units.prepare(live.peers);
        factory = live.factory();
        factory.setPeers(IntStream.rangeClosed(1, 3)
                .mapToObj(i -> "peer" + i + "@" + proxy.address(i))
                .collect(Collectors.joining(",")));
        factory.setCheckIntervalSeconds(CHECK_INTERVAL_SECONDS);
        factory.setRebalancePerSecond(10);
    }

    private static int sessions(LocalPeer peer) {
        return Integer.parseInt(peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app'"));
    }

    /** Begins transactions until one is on {@code peer}; the others are rolled back. */
    private GlobalTransaction beginOn(LocalPeer peer) throws Exception {
        while (true) {
            GlobalTransaction transaction = GlobalTransaction.begin(container, factory);
            try (Connection connection = transaction.connection()) {
                if (Units.write(connection) == peer.port()) {
                    return transaction;
                }
            }
            transaction.close();
        }
    }

    @Test
    void aDisabledFrontendDrainsItsPeerWithoutAnErrorAndAnEnabledOneGetsItsShareAgain() throws Exception {
        PeerDataSource source = container.fill(factory, 12).dataSource(factory);
        Units units = new Units(container, factory);
        LocalPeer peer = live.peer(3);
        try (PacedLoad load = PacedLoad.startEach(8, units::of)) {
            load.awaitShare(peer.port(), THIRD);
            long began;
            try (GlobalTransaction running = beginOn(peer)) {
                began = System.nanoTime();
                proxy.disable(3);
                LivePeers.awaitState(source, "peer3", "down");
                long down = System.nanoTime() - began;
                Patience.await("only the running transaction to be left", () -> sessions(peer) == 1);
                long left = System.nanoTime() - began;
                System.out.println("HAProxy frontend disabled: left out after " + NANOSECONDS.toMillis(down)
                        + " ms, idle connections gone after " + NANOSECONDS.toMillis(left) + " ms");
                assertThat(NANOSECONDS.toMillis(left)).isLessThan(MOST_MILLIS);
                long served = load.served(peer.port());
                load.awaitMore(500);
                assertThat(load.served(peer.port())).as("served while disabled").isEqualTo(served);
                try (Connection connection = running.connection()) {
                    assertThat(Units.write(connection)).isEqualTo(peer.port());
                }
                running.commit();
            }
            Patience.await("no connection to be left", () -> sessions(peer) == 0);
            assertThat(proxy.clients(3)).isZero();
            assertThat(load.errors()).isEmpty();
            proxy.enable(3);
            load.awaitShare(peer.port(), THIRD);
            assertThat(load.errors()).isEmpty();
            System.out.println("HAProxy frontend disabled and enabled under 8 threads: 0 errors in " + load.total()
                    + " units of work, worst " + load.worstMillis() + " ms");
        }
        assertThat(Units.written(live.peers))
                .as("rows of all transactions committed, and two of the one that was running")
                .isEqualTo(units.committed() + 2);
    }
}
