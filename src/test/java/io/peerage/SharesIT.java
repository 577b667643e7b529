/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Equal shares from eight threads that never pause, on three real servers, under a last-in-first-out pool: also where
 * every connection is at work and none is left to trade with.
 */
@Timeout(180)
@Tag("timed")
class SharesIT {

    private static final int THREADS = 8;
    private static final int LEAST_UNITS = 3_000;

    /**
     * With no connection at rest one moves to the peer that is owed the most, {@code RebalancePerSecond} a second:
     * shares are equal over many moves, however many units those are. One of them is worth some twelve points while it
     * lasts.
     */
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(20);

    @AutoClose
    private static LivePeers live;

    /** Runs one unit of work and returns the port of the server that served it. */
    @FunctionalInterface
    private interface Unit {
        int run(int number) throws Exception;
    }

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
        for (LocalPeer peer : live.peers) {
            peer.execute("CREATE TABLE shop.t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)");
        }
    }

    private static int write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (v) VALUES (1)");
            try (ResultSet row = statement.executeQuery("SELECT @@port")) {
                assertThat(row.next()).isTrue();
                return row.getInt(1);
            }
        }
    }

    /** Runs units on all threads, long enough, and returns how many each server served. */
    private static Map<String, Integer> serve(Unit unit) throws Exception {
        Map<Integer, LongAdder> served = new ConcurrentHashMap<>();
        AtomicInteger next = new AtomicInteger();
        long began = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> {
                    while (next.get() < LEAST_UNITS || System.nanoTime() - began < LEAST_NANOS) {
                        served.computeIfAbsent(unit.run(next.getAndIncrement()), any -> new LongAdder())
                                .increment();
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        Map<String, Integer> shares = new TreeMap<>();
        served.forEach((port, count) -> shares.put(live.name(port), count.intValue()));
        return shares;
    }

    private static long connects() {
        return live.peers.stream().mapToLong(peer -> peer.status("Connections")).sum();
    }

    private static void aThirdEach(String what, LifoContainer container, Unit unit) throws Exception {
        long connectsBefore = connects();
        long began = System.nanoTime();
        Map<String, Integer> shares = serve(unit);
        double seconds = (System.nanoTime() - began) / (double) TimeUnit.SECONDS.toNanos(1);
        // less those of the question itself, one for each server
        long connects = connects() - connectsBefore - live.peers.size();
        int units = shares.values().stream().mapToInt(Integer::intValue).sum();
        Map<String, String> percent = new TreeMap<>();
        shares.forEach((peer, count) -> percent.put(peer, String.format(Locale.ROOT, "%.1f", count * 100.0 / units)));
        System.out.printf(
                Locale.ROOT,
                "shares of %,d units, %s, %d threads without a pause: %s %%; %.0f units/s, %d managed connections,"
                        + " %.2f connects/s%n",
                units,
                what,
                THREADS,
                percent,
                units / seconds,
                container.created(),
                connects / seconds);
        assertThat(shares).hasSize(live.peers.size());
        assertThat(shares.values())
                .allSatisfy(count -> assertThat(count * 100.0 / units).isBetween(100.0 / 3 - 3, 100.0 / 3 + 3));
        // a turn at a time, the regular checks, and what the pool itself opened
        assertThat(connects / seconds).as("connects a second").isLessThan(2 + 1 + container.created() / seconds);
    }

    private static PeerManagedConnectionFactory factory() {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setCheckIntervalSeconds(30);
        return factory;
    }

    private static void autocommit(int steady, int max) throws Exception {
        PeerManagedConnectionFactory factory = factory();
        try (LifoContainer container = new LifoContainer(max)) {
            PeerDataSource source = container.fill(factory, steady).dataSource(factory);
            aThirdEach("autocommit, pool of " + steady + " to " + max, container, number -> LivePeers.ask(source));
        }
    }

    private static void jta(int steady, int max) throws Exception {
        PeerManagedConnectionFactory factory = factory();
        try (LifoContainer container = new LifoContainer(max).fill(factory, steady)) {
            aThirdEach("JTA that writes, pool of " + steady + " to " + max, container, number -> {
                try (GlobalTransaction transaction = GlobalTransaction.begin(container, factory);
                        Connection connection = transaction.connection()) {
                    int port = write(connection);
                    transaction.commit();
                    return port;
                }
            });
        }
    }

    @Test
    void autocommitWithAsManyConnectionsAsThreads() throws Exception {
        autocommit(8, 8);
    }

    @Test
    void autocommitWithAPoolThatGrows() throws Exception {
        autocommit(6, 12);
    }

    @Test
    void transactionsWithAsManyConnectionsAsThreads() throws Exception {
        jta(8, 8);
    }

    @Test
    void transactionsWithAPoolThatGrows() throws Exception {
        jta(6, 12);
    }
}
