/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The network fails while a real server is told to prepare or commit: nothing is lost, doubled or left behind. The
 * cases that need no time are in {@link LostAnswerContract}, for all servers and drivers.
 */
@Timeout(120)
class LostAnswerIT {

    /** How long words take in each direction where a test steps in between: long for a test's thread to notice. */
    private static final long DELAY_MILLIS = 1_000;

    @AutoClose
    private static LivePeers live;

    private final Branch branch = new Branch("global", "one");
    private final List<ManagedConnection> made = new ArrayList<>();
    private Relay relay;
    private PeerManagedConnectionFactory factory;
    private long commits;

    @BeforeAll
    static void startPeer() {
        live = new LivePeers(1);
    }

    @BeforeEach
    void configure() {
        // a test that failed leaves no lock to the next one
        peer().execute("XA RECOVER FORMAT='SQL'")
                .lines()
                .map(row -> row.substring(row.lastIndexOf('\t') + 1))
                .forEach(xid -> peer().execute("XA ROLLBACK " + xid));
        relay = Relay.to(peer().port());
        factory = live.factory();
        factory.setPeers("peer1@" + relay.address());
        factory.setCheckIntervalSeconds(86_400);
        factory.setAcquireTimeoutMillis(30_000);
        factory.setSocketTimeoutMillis(10_000);
    }

    @AfterEach
    void end() throws ResourceException {
        for (ManagedConnection managed : made) {
            managed.destroy();
        }
        LivePeers.stop(factory);
        relay.close();
    }

    private static LocalPeer peer() {
        return live.peer(1);
    }

    /** Has a branch that changed a row ended on a connection through the relay. */
    private XAResource ended(String driver) throws Exception {
        peer().execute("CREATE OR REPLACE TABLE shop.t (id INT PRIMARY KEY, v INT)");
        peer().execute("INSERT INTO shop.t VALUES (1, 0)");
        Patience.await("the server to be older than its connections", () -> peer().status("Uptime") > 3);
        factory.setDriver(driver);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        made.add(managed);
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = v + 7 WHERE id = 1"))
                    .isEqualTo(1);
        }
        resource.end(branch, XAResource.TMSUCCESS);
        return resource;
    }

    private XAResource prepared(String driver) throws Exception {
        XAResource resource = ended(driver);
        resource.prepare(branch);
        commits = peer().status("Com_xa_commit");
        return resource;
    }

    private static CompletableFuture<Integer> inBackground(XaCall call, Thread[] thread) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        call.run();
                        return XAResource.XA_OK;
                    } catch (XAException e) {
                        return e.errorCode;
                    }
                },
                task -> {
                    thread[0] = new Thread(task, "xa-under-test");
                    thread[0].start();
                });
    }

    /** A call of the transaction manager's. */
    @FunctionalInterface
    private interface XaCall {
        void run() throws XAException;
    }

    /** Returns whether the thread is in that call to its driver. */
    private static boolean isIn(String verb, Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("io.peerage.connect.MarkedXaResource")
                        && frame.getMethodName().equals(verb));
    }

    private void assertCommittedOnce(long verbs) {
        assertThat(peer().execute("SELECT v FROM shop.t")).isEqualTo("7");
        assertThat(peer().execute("XA RECOVER")).isEmpty();
        assertThat(peer().status("Com_xa_commit") - commits).isEqualTo(verbs);
    }

    /** A firewall forgot the connection: the server knows nothing of its end, and the old session has the branch. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aSessionThatTheServerStillBelievesInIsEndedFirst(String driver) throws Exception {
        XAResource resource = prepared(driver);
        relay.stallExisting();
        Thread[] thread = new Thread[1];
        CompletableFuture<Integer> commit = inBackground(() -> resource.commit(branch, false), thread);
        assertThat(commit.get(60, TimeUnit.SECONDS)).isEqualTo(XAResource.XA_OK);
        assertCommittedOnce(1);
        // what was held back arrives now, at a session that is gone
        relay.pass();
        Patience.await("the old connection to end", () -> relay.connections() == 0);
        assertCommittedOnce(1);
    }

    /** The server prepares late, after the transaction was rolled back: the branch must not stay. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aPrepareThatArrivesLateLeavesNothing(String driver) throws Exception {
        XAResource resource = ended(driver);
        // the end of the branch arrives, and the prepare is held back on its way
        relay.delay(DELAY_MILLIS);
        Thread[] thread = new Thread[1];
        CompletableFuture<Integer> prepare = inBackground(() -> resource.prepare(branch), thread);
        Patience.await("the prepare to be on its way", () -> isIn("prepare", thread[0]));
        relay.stallExisting();
        assertThat(prepare.get(60, TimeUnit.SECONDS)).isEqualTo(XAException.XA_RBROLLBACK);
        relay.delay(0);
        relay.pass();
        Patience.await("the old connection to end", () -> relay.connections() == 0);
        assertThat(peer().execute("XA RECOVER")).isEmpty();
        assertThat(peer().execute("SELECT v FROM shop.t FOR UPDATE NOWAIT")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aPrepareWhoseAnswerWasLostIsRolledBack(String driver) throws Exception {
        XAResource resource = ended(driver);
        assertThat(peer().execute("XA RECOVER")).isEmpty();
        // END and PREPARE are two round trips: the answer of the first one must arrive
        relay.delay(DELAY_MILLIS);
        Thread[] thread = new Thread[1];
        CompletableFuture<Integer> prepare = inBackground(() -> resource.prepare(branch), thread);
        Patience.await("the prepare to be on its way", () -> isIn("prepare", thread[0]));
        relay.stallToClient();
        Patience.await(
                "the server to have prepared",
                () -> !peer().execute("XA RECOVER").isEmpty());
        relay.reset();
        relay.delay(0);
        relay.pass();
        assertThat(prepare.get(60, TimeUnit.SECONDS)).isEqualTo(XAException.XA_RBROLLBACK);
        Patience.await(
                "nothing to be prepared", () -> peer().execute("XA RECOVER").isEmpty());
        assertThat(peer().execute("SELECT v FROM shop.t FOR UPDATE NOWAIT")).isEqualTo("0");
        resource.rollback(branch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aOnePhaseCommitWhoseAnswerWasLostIsUnknown(String driver) throws Exception {
        XAResource resource = ended(driver);
        relay.delay(DELAY_MILLIS);
        Thread[] thread = new Thread[1];
        CompletableFuture<Integer> commit = inBackground(() -> resource.commit(branch, true), thread);
        Patience.await("the commit to be on its way", () -> isIn("commit", thread[0]));
        relay.stallToClient();
        Patience.await(
                "the server to have committed",
                () -> peer().execute("SELECT v FROM shop.t").equals("7"));
        relay.reset();
        relay.delay(0);
        relay.pass();
        assertThat(commit.get(60, TimeUnit.SECONDS)).isEqualTo(XAException.XAER_RMFAIL);
        assertThatThrownBy(() -> resource.rollback(branch)).hasMessageContaining("only its data can tell");
    }
}
