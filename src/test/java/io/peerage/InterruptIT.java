/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.resource.spi.ManagedConnection;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * That an interrupt of the application's thread costs nothing: as on the bare driver each call goes on, and the thread
 * is interrupted when it returns; the connection, its transaction and the peer are as they were.
 */
@Timeout(120)
class InterruptIT {

    /** A driver, and how it speaks to its server. */
    private enum Wire {
        MYSQL("mysql", "DISABLED"),
        MYSQL_TLS("mysql", "REQUIRED"),
        MARIADB("mariadb", "disable"),
        MARIADB_TLS("mariadb", "trust");

        final String driver;
        final String sslMode;

        Wire(String driver, String sslMode) {
            this.driver = driver;
            this.sslMode = sslMode;
        }
    }

    /** How much later everything arrives, in each direction: every call has to wait, however quick the server. */
    private static final long DELAY_MILLIS = 20;

    @TempDir
    private static Path certificates;

    private static LocalPeer server;
    private static Relay relay;

    @AutoClose
    private final LifoContainer container = new LifoContainer(4);

    private PeerManagedConnectionFactory factory;
    private PeerDataSource source;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalPeer.start("server", ServerCertificate.optionsFor(certificates));
        relay = Relay.to(server.port());
    }

    @AfterAll
    static void stopServer() {
        relay.close();
        server.close();
    }

    @BeforeEach
    void emptyTable() {
        factory = new PeerManagedConnectionFactory();
        source = container.dataSource(factory);
        relay.pass();
        relay.delay(DELAY_MILLIS);
        server.execute("CREATE OR REPLACE TABLE shop.t (id INT PRIMARY KEY)");
    }

    private void use(Wire wire) throws Exception {
        factory = new PeerManagedConnectionFactory();
        factory.setPeers("server@" + relay.address());
        factory.setDriver(wire.driver);
        factory.setConnectionProperties("sslMode=" + wire.sslMode);
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setPassword(LocalPeer.PASSWORD);
        // the only connections are the test's
        factory.setCheckIntervalSeconds(3_600);
        factory.setRebalancePerSecond(0);
        source = container.dataSource(factory);
        Patience.await("what the test before left to end", () -> sessions().isEmpty());
    }

    /** Returns the numbers of the sessions that the server has of the application. */
    private static List<String> sessions() {
        return server.execute("SELECT id FROM information_schema.processlist WHERE user = 'app' ORDER BY id")
                .lines()
                .toList();
    }

    private static List<String> rows() {
        return server.execute("SELECT id FROM shop.t ORDER BY id").lines().toList();
    }

    private void assertNothingHappened(List<String> sessionsBefore) throws SQLException {
        PeerStatus status = LivePeers.status(source, "server");
        assertThat(status.state()).isEqualTo("up");
        assertThat(source.unwrap(PeerControl.class).failures("server")).isEmpty();
        assertThat(sessions()).as("no connection was replaced").isEqualTo(sessionsBefore);
    }

    private static void insert(Connection connection, int id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t VALUES (" + id + ")");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStatementGoesOnAndSoDoesItsTransaction(Wire wire) throws Exception {
        use(wire);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            List<String> before = sessions();
            connection.setAutoCommit(false);
            insert(connection, 1);
            Interrupts.before(() -> insert(connection, 2));
            String slept = Interrupts.during(
                    "the statement to run",
                    () -> server.execute("SELECT info FROM information_schema.processlist WHERE user = 'app'")
                            .contains("SLEEP"),
                    () -> {
                        try (ResultSet row = statement.executeQuery("SELECT SLEEP(1)")) {
                            row.next();
                            return row.getString(1);
                        }
                    });
            assertThat(slept).as("not cut short").isEqualTo("0");
            Interrupts.throughout(() -> insert(connection, 3));
            Interrupts.throughout(connection::commit);
            insert(connection, 4);
            Interrupts.throughout(() -> connection.rollback());
            assertThat(rows()).containsExactly("1", "2", "3");
            assertNothingHappened(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGlobalTransactionCommitsInOnePhaseAndInTwo(Wire wire) throws Exception {
        use(wire);
        container.fill(factory, 1);
        List<String> before = sessions();
        Interrupts.throughout(() -> {
            for (int id = 1; id <= 2; id++) {
                try (GlobalTransaction transaction = GlobalTransaction.begin(container, factory);
                        Connection connection = transaction.connection()) {
                    insert(connection, id);
                    if (id == 1) {
                        transaction.commit();
                    } else {
                        transaction.prepare();
                        transaction.commitPrepared();
                    }
                }
            }
        });
        assertThat(rows()).containsExactly("1", "2");
        assertNothingHappened(before);
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionIsOpened(Wire wire) throws Exception {
        use(wire);
        try (Connection connection = Interrupts.throughout(() -> source.getConnection())) {
            insert(connection, 1);
            assertThat(sessions()).hasSize(1);
            assertNothingHappened(sessions());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPingAtTheBoundaryIsAnswered(Wire wire) throws Exception {
        use(wire);
        factory.setValidateAfterIdleMillis(0);
        container.fill(factory, 1);
        List<String> before = sessions();
        long pings = server.status("Com_admin_commands");
        Interrupts.throughout(() -> source.getConnection().close());
        assertThat(server.status("Com_admin_commands")).isEqualTo(pings + 1);
        assertNothingHappened(before);
    }

    @ParameterizedTest
    @EnumSource
    void branchesAreFoundAndFinished(Wire wire) throws Exception {
        use(wire);
        // a table of its own: what stays prepared would lock that of all others
        String table = "branches_" + wire;
        server.execute("CREATE TABLE shop." + table + " (id INT PRIMARY KEY)");
        List<Xid> prepared = new ArrayList<>();
        for (int id = 1; id <= 2; id++) {
            prepared.add(prepareAndLose(table, id));
        }
        try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(factory)) {
            Xid[] found = Interrupts.throughout(recovery::list);
            assertThat(found).hasSize(2);
            Interrupts.throughout(() -> recovery.finish(prepared.get(0), true));
            Interrupts.throughout(() -> recovery.finish(prepared.get(1), false));
        }
        // another one, which does not know where the branch is
        Xid third = prepareAndLose(table, 3);
        LivePeers.stop(factory);
        use(wire);
        try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(factory)) {
            Interrupts.throughout(() -> recovery.finish(third, true));
        }
        assertThat(server.execute("XA RECOVER")).doesNotContain(table);
        assertThat(server.execute("SELECT id FROM shop." + table + " ORDER BY id")
                        .lines())
                .containsExactly("1", "3");
    }

    private Xid prepareAndLose(String table, int id) throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        Xid xid = new Branch(table + id, "one");
        managed.getXAResource().start(xid, XAResource.TMNOFLAGS);
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO " + table + " VALUES (" + id + ")");
        }
        managed.getXAResource().end(xid, XAResource.TMSUCCESS);
        managed.getXAResource().prepare(xid);
        managed.destroy();
        return xid;
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL", "MARIADB_TLS"})
    void aRequestWaitsForAPeerThatIsDown(Wire wire) throws Exception {
        use(wire);
        factory.setAcquireTimeoutMillis(60_000);
        container.fill(factory, 1);
        relay.refuse();
        relay.reset();
        CompletableFuture<Void> comeback = CompletableFuture.runAsync(() -> {
            try {
                LivePeers.awaitState(source, "server", "down");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                relay.pass();
            }
        });
        Interrupts.throughout(() -> {
            try (Connection connection = source.getConnection()) {
                insert(connection, 1);
            }
        });
        comeback.join();
        assertThat(rows()).containsExactly("1");
    }

    /** How applications end a pool of threads. */
    @ParameterizedTest
    @EnumSource
    void threadsThatAreToldToEndFinishWhatTheyDo(Wire wire) throws Exception {
        use(wire);
        int threads = 4;
        container.fill(factory, threads);
        List<String> before = sessions();
        relay.delay(1);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        List<CompletableFuture<Void>> loads = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            loads.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            while (!Thread.currentThread().isInterrupted()) {
                                try (Connection connection = source.getConnection()) {
                                    insert(connection, next.incrementAndGet());
                                    done.incrementAndGet();
                                }
                            }
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    workers));
        }
        Patience.await("all to be at work", () -> done.get() > 10 * threads);
        workers.shutdownNow();
        assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        loads.forEach(CompletableFuture::join);
        assertThat(rows()).hasSize(done.get());
        assertThat(done).hasValue(next.get());
        assertNothingHappened(before);
        assertThat(container.created()).isEqualTo(threads);
    }
}
