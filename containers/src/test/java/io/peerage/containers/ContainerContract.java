/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.PeerDataSource;
import io.peerage.PeerManagedConnectionFactory;
import io.peerage.PeerResourceAdapter;
import io.peerage.local.LocalFleet;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import jakarta.resource.spi.ManagedConnection;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What must hold in every container: each test for each of them, on three real servers. */
@Timeout(180)
abstract class ContainerContract {

    private static final double THIRD = 1 / 3.0;
    private static final int SIZE = 6;

    // The transaction manager of the whole JVM logs here, so it must outlive a test.
    @TempDir
    private static Path directory;

    @AutoClose
    private static LocalFleet fleet;

    private ForeignContainer container;

    abstract ForeignContainer container(Path directory) throws Exception;

    @BeforeAll
    static void startPeers() {
        fleet = LocalFleet.start(3);
    }

    @BeforeEach
    void open() throws Exception {
        fleet.mend();
        fleet.execute("CREATE OR REPLACE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        container = container(directory);
    }

    /** Whatever a test did, closing leaves no connection on a server. */
    @AfterEach
    void close() throws Exception {
        TransactionManager manager = container.transactionManager();
        if (manager.getStatus() != Status.STATUS_NO_TRANSACTION) {
            manager.rollback();
        }
        container.close();
        fleet.mend();
        try {
            Patience.await("no connection to be left", () -> fleet.connections() == 0);
            assertThat(fleet.inDoubt()).isEmpty();
        } finally {
            fleet.peers().forEach(ContainerContract::forgetBranches);
        }
    }

    /** Keeps what a failed test left from failing the others. */
    private static void forgetBranches(LocalPeer peer) {
        peer.execute("XA RECOVER FORMAT='SQL'")
                .lines()
                .forEach(line -> peer.execute("XA ROLLBACK " + line.substring(line.lastIndexOf('\t') + 1)));
    }

    static PeerManagedConnectionFactory factory(String group) {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setGroupName(group);
        factory.setPeers(fleet.setting());
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setPassword(LocalPeer.PASSWORD);
        factory.setCheckIntervalSeconds(1);
        factory.setRebalancePerSecond(10);
        return factory;
    }

    private PeerDataSource pool(String name) throws Exception {
        return container.pool(name, factory(name), SIZE);
    }

    @Test
    void oneThreadsQueriesAreSharedEqually() throws Exception {
        PeerDataSource source = pool("shop");
        fill(source, SIZE);
        Map<String, Integer> shares = fleet.shares(source, 3_000);
        System.out.println(getClass().getSimpleName() + ": shares of 3,000 autocommit queries: " + shares);
        assertEqual(shares, 3_000);
        assertThat(container.size("shop")).isEqualTo(SIZE);
    }

    /** Borrows this many at once and gives them back. */
    private static void fill(DataSource source, int count) throws SQLException {
        List<Connection> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(source.getConnection());
        }
        for (Connection connection : held) {
            connection.close();
        }
    }

    @Test
    void transactionsAreSharedEquallyCommittedAndRolledBack() throws Exception {
        PeerDataSource source = pool("shop");
        fill(source, SIZE);
        TransactionManager manager = container.transactionManager();
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < 600; i++) {
            manager.begin();
            int port;
            try (Connection connection = source.getConnection()) {
                port = LocalFleet.ask(connection);
                insert(connection);
            }
            try (Connection again = source.getConnection()) {
                assertThat(LocalFleet.ask(again)).as("the same transaction").isEqualTo(port);
            }
            if (i % 3 == 0) {
                manager.rollback();
            } else {
                manager.commit();
            }
            shares.merge(fleet.name(port), 1, Integer::sum);
        }
        System.out.println(getClass().getSimpleName() + ": shares of 600 JTA transactions: " + shares);
        assertThat(shares).hasSize(3);
        // 4.5 standard deviations of a third of 600 draws
        assertThat(shares.values()).allSatisfy(count -> assertThat(count).isBetween(148, 252));
        assertThat(rows()).isEqualTo(400);
    }

    /** The application goes on writing while its time runs out, and after: nothing of it lasts. */
    @Test
    void nothingLastsOfATransactionWhoseTimeIsOver() throws Exception {
        PeerDataSource source = pool("shop");
        TransactionManager manager = container.transactionManager();
        manager.setTransactionTimeout(1);
        manager.begin();
        Transaction late;
        try (Connection connection = source.getConnection()) {
            long enough = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            while (System.nanoTime() < enough) {
                insert(connection);
            }
        } catch (SQLException e) {
            System.out.println(getClass().getSimpleName() + ": time over: " + e);
        } finally {
            late = manager.suspend();
            manager.setTransactionTimeout(0);
        }
        assertThatThrownBy(late::commit).isInstanceOf(Exception.class);
        Patience.await("no session of the transaction", () -> fleet.inDoubt().isEmpty() && rows() == 0);
    }

    @Test
    void twoPoolsInOneTransactionCommitAndRollBackTogether() throws Exception {
        PeerDataSource first = pool("first");
        PeerDataSource second = pool("second");
        TransactionManager manager = container.transactionManager();
        for (int i = 0; i < 30; i++) {
            manager.begin();
            insertInto(first);
            insertInto(second);
            if (i % 3 == 0) {
                manager.rollback();
            } else {
                manager.commit();
            }
        }
        assertThat(rows()).isEqualTo(40);
        assertThat(fleet.inDoubt()).isEmpty();
    }

    @Test
    void nobodySeesThatAPeerWasKilledWhileThePoolRested() throws Exception {
        PeerDataSource source = pool("shop");
        fill(source, SIZE);
        fleet.peer(2).kill();
        assertThat(fleet.shares(source, 90)).containsOnlyKeys("peer1", "peer3");
        fleet.peer(2).restart();
        try (PacedLoad load = PacedLoad.start(4, () -> LocalFleet.ask(source))) {
            load.awaitShare(fleet.peer(2).port(), THIRD);
            assertThat(load.errors()).isEmpty();
        }
    }

    @Test
    void onlyTheConnectionThatWasLostLeavesThePool() throws Exception {
        PeerDataSource source = pool("shop");
        List<Connection> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(source.getConnection());
        }
        Connection lost = held.get(1);
        endSession(lost);
        assertThatThrownBy(() -> LocalFleet.ask(lost)).isInstanceOf(SQLException.class);
        for (Connection connection : held) {
            connection.close();
        }
        assertThat(container.size("shop")).isEqualTo(2);
        fill(source, 3);
        assertThat(container.size("shop")).isEqualTo(3);
    }

    /** TomEE gives such a connection back a second time when the transaction is over. */
    @Test
    void nobodyGetsAConnectionThatWasLostWithinATransaction() throws Exception {
        PeerDataSource source = pool("shop");
        TransactionManager manager = container.transactionManager();
        for (int i = 0; i < SIZE; i++) {
            manager.begin();
            try (Connection lost = source.getConnection()) {
                insert(lost);
                endSession(lost);
                assertThatThrownBy(() -> insert(lost)).isInstanceOf(SQLException.class);
            }
            manager.rollback();
            insertInTransaction(source);
        }
        assertThat(rows()).isEqualTo(SIZE);
    }

    /** Nobody holds the connection any more when the transaction manager finds it lost. */
    @Test
    void nobodyGetsAConnectionThatWasLostBeforeItsCommit() throws Exception {
        PeerDataSource source = pool("shop");
        TransactionManager manager = container.transactionManager();
        for (int i = 0; i < SIZE; i++) {
            manager.begin();
            Runnable endSession;
            try (Connection lost = source.getConnection()) {
                insert(lost);
                endSession = sessionEnd(lost);
            }
            endSession.run();
            assertThatThrownBy(manager::commit).isInstanceOf(Exception.class);
            insertInTransaction(source);
        }
        assertThat(rows()).isEqualTo(SIZE);
    }

    /** Whether it is lost outside of a transaction, or within one that is rolled back or that nobody knows to be over. */
    @Test
    void inOnePhaseALostConnectionCostsNoOtherTransaction() throws Exception {
        PeerDataSource source = onePhasePool();
        TransactionManager manager = container.transactionManager();
        for (int i = 0; i < SIZE; i++) {
            lose(source);
            insertInTransaction(source);
            manager.begin();
            lose(source);
            manager.rollback();
            insertInTransaction(source);
            manager.begin();
            lose(source);
            assertThatThrownBy(manager::commit).isInstanceOf(Exception.class);
            insertInTransaction(source);
        }
        assertThat(rows()).isEqualTo(3 * SIZE);
    }

    @Test
    void inOnePhaseTwoPoolsInOneTransactionAreRefused() throws Exception {
        PeerDataSource single = onePhasePool();
        PeerDataSource other = pool("other");
        TransactionManager manager = container.transactionManager();
        manager.begin();
        insertInto(single);
        insertInto(other);
        assertThatThrownBy(manager::commit).isInstanceOf(RollbackException.class);
        assertThat(rows()).isZero();
        insertInTransaction(single);
        assertThat(rows()).isEqualTo(1);
    }

    private PeerDataSource onePhasePool() throws Exception {
        PeerManagedConnectionFactory factory = factory("single");
        factory.setTwoPhaseCommit(false);
        return container.pool("single", factory, SIZE);
    }

    private static void lose(DataSource source) throws SQLException {
        try (Connection lost = source.getConnection()) {
            endSession(lost);
            assertThatThrownBy(() -> insert(lost)).isInstanceOf(SQLException.class);
        }
    }

    private void insertInTransaction(DataSource source) throws Exception {
        container.transactionManager().begin();
        insertInto(source);
        container.transactionManager().commit();
    }

    /** WildFly's pool would take it from an adapter that lets connections be dissociated. */
    @Test
    void aPoolAtItsLimitTakesNoConnectionFromWhoIsAtWork() throws Exception {
        PeerDataSource source = pool("shop");
        List<Connection> held = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            Connection connection = source.getConnection();
            connection.setAutoCommit(false);
            insert(connection);
            held.add(connection);
        }
        FutureTask<Integer> another = new FutureTask<>(() -> insertInto(source));
        Thread waiting = new Thread(another);
        waiting.start();
        Patience.await("another one to wait", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        for (Connection connection : held) {
            insert(connection);
            connection.commit();
            connection.close();
        }
        assertThat(another.get()).isPositive();
        assertThat(rows()).isEqualTo(2 * SIZE + 1);
    }

    private static void endSession(Connection connection) throws SQLException {
        sessionEnd(connection).run();
    }

    /** Returns what ends the session of {@code connection} on its server. */
    private static Runnable sessionEnd(Connection connection) throws SQLException {
        int port = LocalFleet.ask(connection);
        LocalPeer peer = fleet.peers().stream()
                .filter(each -> each.port() == port)
                .findFirst()
                .orElseThrow();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            String kill = "KILL " + row.getLong(1);
            return () -> peer.execute(kill);
        }
    }

    /** The peers die when both branches are prepared and the decision is logged, so no commit arrives. */
    @Test
    void recoveryCommitsWhatWasDecidedOnEveryPeer() throws Exception {
        List<PeerManagedConnectionFactory> factories = List.of(factory("first"), factory("second"));
        PeerDataSource first = container.pool("first", factories.get(0), SIZE);
        PeerDataSource second = container.pool("second", factories.get(1), SIZE);
        // Only a pool of several connections has others to trade with, and so leaves the peer it began on.
        fill(first, SIZE);
        fill(second, SIZE);
        int[] ports = beginOnTwoPeers(first, second);
        List<LocalPeer> both = fleet.peers().stream()
                .filter(peer -> peer.port() == ports[0] || peer.port() == ports[1])
                .toList();
        TransactionManager manager = container.transactionManager();
        manager.getTransaction().enlistResource(new Saboteur(() -> both.forEach(LocalPeer::kill)));
        try {
            manager.commit();
        } catch (Exception e) {
            System.out.println(getClass().getSimpleName() + ": commit while the peers died says " + e);
        }
        // As the crash of the JVM would: the adapter itself goes on trying what it was told, until its peers are back.
        factories.forEach(ContainerContract::stopAdapter);
        both.forEach(LocalPeer::restart);
        assertThat(fleet.inDoubt().lines()).as("in doubt on two peers").hasSize(2);
        assertThat(rows()).isZero();
        recoverUntilNothingIsInDoubt();
        assertThat(rows()).isEqualTo(2);
    }

    private static void stopAdapter(PeerManagedConnectionFactory factory) {
        if (factory.getResourceAdapter() instanceof PeerResourceAdapter adapter) {
            adapter.stop();
        }
    }

    /** Begins a transaction and writes through both pools, again until they are on different peers. */
    private int[] beginOnTwoPeers(DataSource first, DataSource second) throws Exception {
        TransactionManager manager = container.transactionManager();
        while (true) {
            manager.begin();
            int[] ports = {insertInto(first), insertInto(second)};
            if (ports[0] != ports[1]) {
                return ports;
            }
            manager.rollback();
        }
    }

    /** Prepared before a crash and not logged, on every peer: nobody decided to commit, so it is rolled back. */
    @Test
    void recoveryRollsBackWhatNobodyDecidedOnEveryPeer() throws Exception {
        PeerManagedConnectionFactory factory = factory("shop");
        container.pool("shop", factory, SIZE);
        for (int i = 0; i < fleet.peers().size(); i++) {
            abandonPrepared(factory(fleet.peers().get(i)));
        }
        assertThat(fleet.inDoubt().lines()).isNotEmpty();
        for (LocalPeer peer : fleet.peers()) {
            assertThat(peer.execute("XA RECOVER FORMAT='SQL'"))
                    .as("in doubt on " + peer)
                    .isNotEmpty();
        }
        recoverUntilNothingIsInDoubt();
        assertThat(rows()).isZero();
    }

    private static PeerManagedConnectionFactory factory(LocalPeer only) {
        PeerManagedConnectionFactory factory = factory("only");
        factory.setPeers(only.toString());
        return factory;
    }

    private void abandonPrepared(PeerManagedConnectionFactory factory) throws Exception {
        Xid xid = branchOfTheTransactionManager();
        ManagedConnection managed = factory.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        resource.start(xid, XAResource.TMNOFLAGS);
        insert((Connection) managed.getConnection(null, null));
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        managed.destroy();
    }

    private Xid branchOfTheTransactionManager() throws Exception {
        Saboteur witness = new Saboteur(() -> {});
        TransactionManager manager = container.transactionManager();
        manager.begin();
        manager.getTransaction().enlistResource(witness);
        manager.rollback();
        return Objects.requireNonNull(witness.seen().get());
    }

    /** Transaction managers leave some branches for their next pass: it may not count as left behind at first sight. */
    private void recoverUntilNothingIsInDoubt() throws Exception {
        container.recover();
        if (!fleet.inDoubt().isEmpty()) {
            System.out.println(getClass().getSimpleName() + ": a second pass of recovery is needed");
            container.recover();
        }
        assertThat(fleet.inDoubt()).as("in doubt after recovery").isEmpty();
    }

    private static int insertInto(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            insert(connection);
            return LocalFleet.ask(connection);
        }
    }

    private static void insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (v) VALUES (1)");
        }
    }

    private static long rows() {
        return fleet.peers().stream()
                .mapToLong(peer -> Long.parseLong(peer.execute("SELECT COUNT(*) FROM shop.t")))
                .sum();
    }

    private static void assertEqual(Map<String, Integer> shares, int all) {
        assertThat(shares).hasSize(3);
        assertThat(shares.values())
                .allSatisfy(count -> assertThat(count / (double) all).isBetween(THIRD - 0.03, THIRD + 0.03));
    }
}
