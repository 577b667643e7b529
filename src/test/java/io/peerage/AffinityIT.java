/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code Selection=affinity} on real servers: one writer while it lives, under nine threads and a pool of nine. Each
 * unit holds a row {@code FOR UPDATE}, which two can do at once only on two servers.
 */
@Timeout(180)
class AffinityIT {

    private static final int THREADS = 9;

    @AutoClose
    private static LivePeers live;

    @AutoClose
    private final LifoContainer container = new LifoContainer(THREADS);
    /** How many units hold the row now, and the most that ever did. */
    private final AtomicInteger holders = new AtomicInteger();

    private final AtomicInteger mostHolders = new AtomicInteger();
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void start() {
        live = new LivePeers(3);
    }

    @BeforeEach
    void configure() {
        live.mend();
        live.peers.forEach(peer -> peer.execute("CREATE OR REPLACE TABLE shop.r (id INT PRIMARY KEY) ENGINE = InnoDB;"
                + " INSERT INTO shop.r VALUES (1)"));
        factory = live.factory();
        factory.setSelection("affinity");
        factory.setRebalancePerSecond(100);
    }

    private int unit(PeerDataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT @@port FROM r WHERE id = 1 FOR UPDATE")) {
                mostHolders.accumulateAndGet(holders.incrementAndGet(), Math::max);
                try {
                    assertThat(row.next()).isTrue();
                    return row.getInt(1);
                } finally {
                    holders.decrementAndGet();
                    connection.commit();
                }
            }
        }
    }

    /** Asserts that from now on all is done by {@code peer}, and the row held by one at a time. */
    private void assertServesAlone(PacedLoad load, LocalPeer peer) throws Exception {
        // what was under way when things changed may end where it was
        load.awaitEveryThread();
        mostHolders.set(0);
        long before = servedByOthers(load, peer);
        load.awaitMore(1_000);
        long others = servedByOthers(load, peer) - before;
        System.out.println("affinity: of 1,000 units " + others + " not on " + peer.name() + ", at most " + mostHolders
                + " held the row at once");
        assertThat(others).as("units on others than " + peer.name()).isZero();
        assertThat(mostHolders.get()).as("holders of the row at once").isEqualTo(1);
    }

    private static long servedByOthers(PacedLoad load, LocalPeer than) {
        return live.peers.stream()
                .filter(peer -> peer != than)
                .mapToLong(peer -> load.served(peer.port()))
                .sum();
    }

    private static int sessions(LocalPeer peer) {
        return Integer.parseInt(peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app'"));
    }

    @Test
    void thereIsOneWriterWhileItLivesAndTheNextWhenItDies() throws Exception {
        PeerDataSource source = container.fill(factory, THREADS).dataSource(factory);
        assertThat(sessions(live.peer(1))).isEqualTo(THREADS);
        try (PacedLoad load = PacedLoad.start(THREADS, () -> unit(source))) {
            assertServesAlone(load, live.peer(1));
            live.peer(1).kill();
            LivePeers.awaitState(source, "peer1", "down");
            assertServesAlone(load, live.peer(2));
            int failed = load.failures().size();
            live.peer(1).restart();
            LivePeers.awaitState(source, "peer1", "up");
            assertServesAlone(load, live.peer(1));
            assertThat(load.failures()).as("failures at the return").hasSize(failed);
            assertThat(failed).as("only those under way failed at the crash").isLessThanOrEqualTo(THREADS);
            Patience.await("no connection to be left at the second", () -> sessions(live.peer(2)) == 0);
            System.out.println(
                    "affinity: " + failed + " units failed by the crash, worst " + load.worstMillis() + " ms");
        }
    }

    /** One writer dies and comes back on an idle pool: its connections follow in the background, and none is left over. */
    @Test
    void restingConnectionsFollow() throws Exception {
        PeerDataSource source = container.fill(factory, THREADS).dataSource(factory);
        PeerControl control = source.unwrap(PeerControl.class);
        control.drain("peer1");
        Patience.await("all to lead to the second", () -> sessions(live.peer(2)) == THREADS);
        assertThat(sessions(live.peer(3))).isZero();
        control.resume("peer1");
        Patience.await("all to lead to the first again", () -> sessions(live.peer(1)) == THREADS);
        Patience.await("none to be left at the second", () -> sessions(live.peer(2)) == 0);
        assertThat(sessions(live.peer(3))).isZero();
    }

    /** A session that is killed makes its peer suspected for a moment: no reason for a second writer. */
    @Test
    void aKilledSessionMakesNoSecondWriter() throws Exception {
        PeerDataSource source = container.fill(factory, THREADS).dataSource(factory);
        try (PacedLoad load = PacedLoad.start(THREADS, () -> unit(source))) {
            load.awaitMore(100);
            for (int i = 0; i < 5; i++) {
                String session =
                        live.peer(1).execute("SELECT MAX(id) FROM information_schema.processlist WHERE user = 'app'");
                live.peer(1).execute("KILL " + session);
                load.awaitMore(100);
            }
            assertThat(servedByOthers(load, live.peer(1))).isZero();
            assertThat(mostHolders.get()).isEqualTo(1);
            assertThat(load.failures().size()).isLessThanOrEqualTo(5);
        }
    }

    /** A writer that is full lives: who finds no room waits for it, and is not served by a second one. */
    @Test
    void aFullWriterIsWaitedFor() throws Exception {
        PeerManagedConnectionFactory crowd = live.factory();
        crowd.setPeers("peer1@" + live.peer(1).address());
        live.peer(1).execute("SET GLOBAL max_connections = 10");
        try (PacedLoad load = crowded(crowd)) {
            load.awaitEveryThread();
            assertThat(servedByOthers(load, live.peer(1))).isZero();
            assertThat(load.errors()).isEmpty();
        } finally {
            live.peer(1).execute("SET GLOBAL max_connections = 150");
            LivePeers.stop(crowd);
        }
    }

    /** Returns a load that began while others had taken most of the writer's room, and left it since. */
    private PacedLoad crowded(PeerManagedConnectionFactory crowd) throws Exception {
        try (LifoContainer slots = new LifoContainer(6).fill(crowd, 6)) {
            PeerDataSource source = container.dataSource(factory);
            PacedLoad load = PacedLoad.start(THREADS, () -> unit(source));
            load.awaitMore(200);
            assertThat(sessions(live.peer(1))).isEqualTo(10);
            assertThat(slots.created()).isEqualTo(6);
            return load;
        }
    }
}
