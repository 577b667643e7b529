/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.PeerControl;
import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;
import io.peerage.local.LocalFleet;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only TomEE's container does. Behind relays, for most of it is about peers that do not answer. */
@Timeout(120)
class GeronimoQuirksIT {

    private static final int TIMEOUT_MILLIS = 1_500;
    private static final String ABSENT = "peer3";

    @TempDir
    private static Path directory;

    @AutoClose
    private static LocalFleet fleet;

    private final List<Relay> relays = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private GeronimoContainer container;

    @BeforeAll
    static void startPeers() {
        fleet = LocalFleet.start(3);
        fleet.execute(
                "CREATE USER 'other'@'127.0.0.1' IDENTIFIED BY 'other'; GRANT ALL ON shop.* TO 'other'@'127.0.0.1'");
    }

    @BeforeEach
    void open() throws Exception {
        fleet.execute("CREATE OR REPLACE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        fleet.peers().forEach(peer -> relays.add(Relay.to(peer.port())));
        container = new GeronimoContainer(directory);
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        container.close();
        relays.forEach(Relay::close);
    }

    private PeerManagedConnectionFactory factory() {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        List<String> peers = IntStream.range(0, relays.size())
                .mapToObj(i -> fleet.peers().get(i).name() + "@" + relays.get(i).address())
                .toList();
        factory.setPeers(String.join(",", peers));
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setPassword(LocalPeer.PASSWORD);
        factory.setConnectTimeoutMillis(TIMEOUT_MILLIS);
        factory.setAcquireTimeoutMillis(TIMEOUT_MILLIS);
        factory.setRebalancePerSecond(0);
        return factory;
    }

    /** TomEE logs that the start failed, marks the transaction for rollback, and asks for a handle all the same. */
    @Test
    void aConnectionThatCouldNotJoinATransactionIsNotUsedOutsideOfIt() throws Exception {
        PeerDataSource source = container.pool("shop", factory(), 2);
        LocalFleet.ask(source);
        relays.forEach(relay -> {
            relay.refuse();
            relay.reset();
        });
        TransactionManager manager = container.transactionManager();
        manager.begin();
        Transaction transaction = manager.getTransaction();
        Future<?> healing = threads.submit(() -> {
            Patience.await("the failed start", () -> transaction.getStatus() == Status.STATUS_MARKED_ROLLBACK);
            relays.forEach(Relay::pass);
            return null;
        });

        assertThatThrownBy(() -> insertInto(source))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("transaction");
        healing.get();
        manager.rollback();

        assertThat(rows()).as("written outside of the transaction").isZero();
        insertInto(source);
        assertThat(rows()).isEqualTo(1);
    }

    /** Its default pool takes the last connection that was returned and wants a yes. */
    @Test
    void otherCredentialsThanThePoolsNeedAPoolThatMatches() throws Exception {
        PeerDataSource source = container.pool("shop", factory(), 2);
        LocalFleet.ask(source);

        assertThatThrownBy(() -> source.getConnection("other", "other"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("pooling strategy does not match");

        PeerDataSource matching = container.matchingPool("matching", factory(), 2);
        LocalFleet.ask(matching);
        try (Connection other = matching.getConnection("other", "other");
                Connection own = matching.getConnection()) {
            assertThat(other.getMetaData().getUserName()).startsWith("other@");
            assertThat(own.getMetaData().getUserName()).startsWith(LocalPeer.USER + "@");
        }
    }

    /** Connections are opened within the pool's lock: while one is, nothing is borrowed and nothing given back. */
    @Test
    void aBlackHoleHoldsThePoolUpOnceAndNoLongerThanConnectTimeoutMillis() throws Exception {
        PeerManagedConnectionFactory factory = factory();
        factory.setAcquireTimeoutMillis(10_000);
        PeerDataSource source = container.pool("shop", factory, 4);
        PeerControl control = source.unwrap(PeerControl.class);
        control.drain(ABSENT);
        Connection first = source.getConnection();
        Connection second = source.getConnection();
        control.resume(ABSENT);
        Patience.await("a peer that owns nothing", () -> health(source, ABSENT).equals("up"));
        Relay blackHole = relays.get(2);
        Patience.await("the end of its probe", () -> blackHole.connections() == 0);
        blackHole.stall();

        long began = System.nanoTime();
        Future<Long> opening = threads.submit(() -> {
            Connection third = source.getConnection();
            long after = millisSince(began);
            third.close();
            return after;
        });
        Patience.await("the attempt to connect", () -> blackHole.connections() > 0);
        first.close();
        long returned = millisSince(began);
        LocalFleet.ask(source);
        long borrowed = millisSince(began);
        long opened = opening.get();
        second.close();
        System.out.println("A black hole, ConnectTimeoutMillis " + TIMEOUT_MILLIS
                + ": another request had its connection"
                + " after " + opened + " ms; meanwhile one was given back after " + returned + " ms and borrowed after "
                + borrowed + " ms");

        assertThat(returned).isBetween((long) TIMEOUT_MILLIS - 50, TIMEOUT_MILLIS + 1_000L);
        assertThat(borrowed).isLessThan(TIMEOUT_MILLIS + 1_000L);
        assertThat(opened).isLessThan(TIMEOUT_MILLIS + 1_000L);
        // one silent attempt is a suspicion; the check that follows at once takes it out
        Patience.await("the silent peer left out", () -> health(source, ABSENT).equals("down"));
        assertThat(millis(() -> borrowAtOnce(source, 4)))
                .as("for a connection more than there were, now that the peer is known")
                .isLessThan(TIMEOUT_MILLIS);
    }

    /** They wait for a peer one after another, each for as long as one request may. */
    @Test
    void whileAllPeersAreDownRequestsWaitInTurn() throws Exception {
        relays.forEach(Relay::refuse);
        PeerDataSource waiting = container.pool("waiting", factory(), 3);
        PeerManagedConnectionFactory impatient = factory();
        impatient.setWhenAllDown("fail");
        PeerDataSource failing = container.pool("failing", impatient, 3);

        long longest = longestRefusal(waiting);
        long longestAtOnce = longestRefusal(failing);

        System.out.println(
                "All peers down, AcquireTimeoutMillis " + TIMEOUT_MILLIS + ", 3 requests at once: the last was"
                        + " refused after " + longest + " ms; with WhenAllDown=fail after " + longestAtOnce + " ms");
        assertThat(longest).isBetween(3L * TIMEOUT_MILLIS - 200, 3L * TIMEOUT_MILLIS + 1_500);
        assertThat(longestAtOnce).isLessThan(TIMEOUT_MILLIS);
    }

    /** It counts a connection that was lost within a transaction as given back twice. */
    @Test
    void eachLossWithinATransactionLetsThePoolGrowByOne() throws Exception {
        int size = 2;
        int losses = 3;
        PeerDataSource source = container.pool("shop", factory(), size);
        TransactionManager manager = container.transactionManager();
        for (int i = 0; i < losses; i++) {
            manager.begin();
            try (Connection lost = source.getConnection()) {
                relays.forEach(Relay::reset);
                assertThatThrownBy(() -> LocalFleet.ask(lost)).isInstanceOf(SQLException.class);
            }
            manager.rollback();
        }
        borrowAtOnce(source, size + losses);
        assertThatThrownBy(() -> borrowAtOnce(source, size + losses + 1)).isInstanceOf(SQLException.class);
    }

    private long longestRefusal(PeerDataSource source) throws Exception {
        long began = System.nanoTime();
        List<Future<Long>> refusals = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            refusals.add(threads.submit(() -> {
                assertThatThrownBy(source::getConnection).isInstanceOf(SQLException.class);
                return millisSince(began);
            }));
        }
        long longest = 0;
        for (Future<Long> refusal : refusals) {
            longest = Math.max(longest, refusal.get());
        }
        return longest;
    }

    private static void borrowAtOnce(PeerDataSource source, int count) throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(source.getConnection());
            }
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
    }

    private static String health(PeerDataSource source, String peer) throws SQLException {
        return source.peers().stream()
                .filter(status -> status.name().equals(peer))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private static void insertInto(PeerDataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (v) VALUES (1)");
        }
    }

    private static long rows() {
        return fleet.peers().stream()
                .mapToLong(peer -> Long.parseLong(peer.execute("SELECT COUNT(*) FROM shop.t")))
                .sum();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static long millis(Work work) throws Exception {
        long began = System.nanoTime();
        work.run();
        return millisSince(began);
    }

    private static long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
