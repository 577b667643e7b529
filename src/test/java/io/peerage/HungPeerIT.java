/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Firewall;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Relay;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A peer that falls silent without a word under eight threads: frozen, or behind a network that swallows packets. */
@Timeout(180)
@Tag("timed")
class HungPeerIT {

    private static final int THREADS = 8;
    private static final double THIRD = 1 / 3.0;
    private static final int CHECK_INTERVAL_SECONDS = 2;

    @AutoClose
    private static LivePeers live;

    @AutoClose
    private final LifoContainer container = new LifoContainer(12);

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
    }

    @BeforeEach
    void mend() {
        live.mend();
        Units.prepare(live.peers);
    }

    @Test
    void frozen() throws Exception {
        LocalPeer peer = live.peer(3);
        survives("frozen server", peer.port(), peer::freeze, peer::thaw);
    }

    @Test
    void behindARelayThatStalls() throws Exception {
        try (Relay relay = Relay.to(live.peer(3).port())) {
            survives("stalled relay", relay.port(), relay::stall, relay::pass);
        }
    }

    @Test
    @EnabledIf("io.peerage.local.Facilities#firewall")
    void behindAFirewallThatDropsPackets() throws Exception {
        int port = live.peer(3).port();
        try (Firewall firewall = Firewall.before(port)) {
            survives("dropped packets", port, firewall::drop, firewall::pass);
        }
    }

    /** @param port where the pool connects to the third peer */
    private void survives(String what, int port, Runnable silence, Runnable recover) throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setPeers(
                "peer1@" + live.peer(1).address() + ",peer2@" + live.peer(2).address() + ",hung@127.0.0.1:" + port);
        factory.setCheckIntervalSeconds(CHECK_INTERVAL_SECONDS);
        factory.setConnectTimeoutMillis(1000);
        factory.setHungAfterMillis(1000);
        PeerDataSource source = container.fill(factory, 12).dataSource(factory);
        Units units = new Units(container, factory);
        int behind = live.peer(3).port();
        try (PacedLoad load = PacedLoad.startEach(THREADS, units::of)) {
            load.awaitShare(behind, THIRD);
            long silent = System.nanoTime();
            silence.run();
            LivePeers.awaitState(source, "hung", "down");
            long down = System.nanoTime();
            load.awaitEveryThread();
            long dealt = LivePeers.status(source, "hung").units();
            load.awaitMore(500);
            assertThat(LivePeers.status(source, "hung").units())
                    .as("units of work dealt to it while it is down")
                    .isEqualTo(dealt);
            System.out.println(what + " under " + THREADS + " threads: down after "
                    + NANOSECONDS.toMillis(down - silent) + " ms, "
                    + load.failures().size()
                    + " errors, worst request " + load.worstMillis() + " ms");
            assertThat(load.failures())
                    .allSatisfy(failure -> {
                        assertThat(failure.dealtTo())
                                .as("where it was: " + failure.cause())
                                .isEqualTo(port);
                        assertThat(failure.began() - down).as("begun before").isNegative();
                    })
                    .hasSizeLessThanOrEqualTo(THREADS);
            assertThat(load.failures().stream().map(PacedLoad.Failure::thread)).doesNotHaveDuplicates();
            // HungAfterMillis, two probes of ConnectTimeoutMillis each, and a second
            assertThat(load.worstMillis()).isLessThan(4_000);
            int errors = load.failures().size();
            long back = System.nanoTime();
            recover.run();
            load.awaitShare(behind, THIRD);
            long share = NANOSECONDS.toMillis(System.nanoTime() - back);
            System.out.println(what + ": serves its third again after " + share + " ms");
            assertThat(share).isLessThan(CHECK_INTERVAL_SECONDS * 1_000 + 10_000);
            assertThat(load.failures()).as("none after that").hasSize(errors);
        }
        assertThat(Units.written(live.peers))
                .as("rows: of all that committed, and at most of those whose outcome is unknown")
                .isBetween(units.committed(), units.committed() + THREADS);
    }

    /** Drivers say goodbye to their server, and with auto-commit off Connector/J even waits for the answer. */
    @ParameterizedTest
    @CsvSource({"mysql, ", "mariadb, ", "mysql, socketFactory=com.mysql.cj.protocol.StandardSocketFactory"})
    void idleConnectionsToASilentPeerAreLetGoWithoutWaiting(String driver, @Nullable String properties)
            throws Exception {
        try (Relay relay = Relay.to(live.peer(3).port())) {
            PeerManagedConnectionFactory factory = live.factory();
            factory.setDriver(driver);
            factory.setConnectionProperties(properties);
            factory.setPeers("peer1@" + live.peer(1).address() + ",hung@" + relay.address());
            factory.setConnectTimeoutMillis(500);
            PeerDataSource source = container.fill(factory, 6).dataSource(factory);
            try {
                List<Connection> all = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    all.add(source.getConnection());
                }
                for (Connection connection : all) {
                    connection.setAutoCommit(false);
                    Units.write(connection);
                    connection.commit();
                }
                relay.stall();
                for (Connection connection : all) {
                    connection.close();
                }
                LivePeers.awaitState(source, "hung", "down");
                long began = System.nanoTime();
                for (int i = 0; i < 6; i++) {
                    all.set(i, source.getConnection());
                }
                long worst = NANOSECONDS.toMillis(System.nanoTime() - began);
                for (Connection connection : all) {
                    connection.close();
                }
                System.out.println("idle connections to a silent peer, " + driver
                        + (properties == null ? "" : " with " + properties) + ": six requests took " + worst + " ms");
                assertThat(worst).isLessThan(3_000);
            } finally {
                relay.pass();
            }
        }
    }
}
