/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Relay;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One killed session on a pool with more threads than connections, behind a network that takes its time. */
@Timeout(120)
class KilledSessionIT {

    private static final int CONNECTIONS = 30;
    private static final int THREADS = 40;
    private static final int DELAY_MILLIS = 10;

    @AutoClose
    private static LivePeers live;

    private final List<Relay> relays = new ArrayList<>();
    private final LifoContainer container = new LifoContainer(CONNECTIONS);
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
        Units.prepare(live.peers);
    }

    @BeforeEach
    void configure() {
        factory = live.factory();
    }

    @AfterEach
    void end() {
        container.close();
        relays.forEach(Relay::close);
    }

    @Test
    void costsOneConnection() throws Exception {
        factory.setPeers(live.peers.stream()
                .map(peer -> {
                    Relay relay = Relay.to(peer.port());
                    relay.delay(DELAY_MILLIS);
                    relays.add(relay);
                    return peer.name() + "@" + relay.address();
                })
                .collect(Collectors.joining(",")));
        // a check of its own accord would count as a connect
        factory.setCheckIntervalSeconds(3_600);
        // and so would the move, in the background, of what was opened elsewhere meanwhile
        factory.setRebalancePerSecond(0);
        PeerDataSource source = container.fill(factory, CONNECTIONS).dataSource(factory);
        Units units = new Units(container, factory);
        LocalPeer peer = live.peer(1);
        try (PacedLoad load = PacedLoad.startEach(THREADS, any -> units::query)) {
            load.awaitEveryThread();
            long session = Long.parseLong(peer.execute(
                    "SELECT MIN(id) FROM information_schema.processlist WHERE user = '" + LocalPeer.USER + "'"));
            long before = connects();
            peer.execute("KILL " + session);
            LivePeers.awaitState(source, "peer1", "up");
            load.awaitMore(20 * THREADS);
            LivePeers.awaitState(source, "peer1", "up");
            // those of our own questions, the one that killed, and the check that the suspicion asked for
            long connects = connects() - before - 3 - 1 - 1;
            System.out.println("one killed session of " + CONNECTIONS + ", " + THREADS + " threads: " + connects
                    + " connections opened for the pool, " + load.failures().size() + " errors");
            assertThat(connects).as("connections opened").isLessThanOrEqualTo(1);
            assertThat(load.failures()).as("what was running on it").hasSizeLessThanOrEqualTo(1);
        }
    }

    private static long connects() {
        return live.peers.stream().mapToLong(peer -> peer.status("Connections")).sum();
    }
}
