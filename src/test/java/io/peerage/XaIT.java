/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches on real servers, and what is left of them when connections and servers die. */
@Timeout(120)
class XaIT {

    @AutoClose
    private static LivePeers live;

    private final List<ManagedConnection> made = new ArrayList<>();
    private final Branch branch = new Branch("global", "one");

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(2);
    }

    @BeforeEach
    void emptyTable() {
        live.mend();
        for (LocalPeer peer : live.peers) {
            peer.execute("CREATE OR REPLACE TABLE shop.t (id INT PRIMARY KEY, v INT)");
            peer.execute("INSERT INTO shop.t VALUES (1, 0), (2, 0)");
        }
    }

    @AfterEach
    void destroy() throws ResourceException {
        for (ManagedConnection managed : made) {
            managed.destroy();
        }
    }

    /** A factory for the first peer only, so that a test knows where it is. */
    private static PeerManagedConnectionFactory onePeer() {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setPeers("peer1@" + live.peer(1).address());
        return factory;
    }

    private ManagedConnection make(PeerManagedConnectionFactory factory) throws ResourceException {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        made.add(managed);
        return managed;
    }

    private static Connection handle(ManagedConnection managed) throws ResourceException {
        return (Connection) managed.getConnection(null, null);
    }

    private static void update(ManagedConnection managed, String sql) throws Exception {
        try (Connection connection = handle(managed);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }

    private static long sessionOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    private void updateIn(ManagedConnection managed, Xid xid, String sql) throws Exception {
        managed.getXAResource().start(xid, XAResource.TMNOFLAGS);
        update(managed, sql);
        managed.getXAResource().end(xid, XAResource.TMSUCCESS);
    }

    private static String value(LocalPeer peer, int id) {
        return peer.execute("SELECT v FROM shop.t WHERE id = " + id);
    }

    private static void finishElsewhere(ManagedConnection recovery) throws Exception {
        XAResource resource = recovery.getXAResource();
        Xid[] found = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        assertThat(found).hasSize(1);
        resource.commit(found[0], false);
    }

    @Test
    void aPreparedBranchOutlivesItsConnectionAndIsFinishedFromElsewhere() throws Exception {
        PeerManagedConnectionFactory factory = onePeer();
        ManagedConnection first = make(factory);
        updateIn(first, branch, "UPDATE t SET v = 7 WHERE id = 1");
        first.getXAResource().prepare(branch);
        first.destroy();

        Patience.await(
                "the branch to be listed",
                () -> live.peer(1).execute("XA RECOVER").contains("globalone"));
        assertThat(value(live.peer(1), 1)).isEqualTo("0");
        finishElsewhere(make(factory));
        assertThat(value(live.peer(1), 1)).isEqualTo("7");
        assertThat(live.peer(1).execute("XA RECOVER")).isEmpty();
    }

    @Test
    void aSessionKilledBetweenPrepareAndCommitIsNotNoticed() throws Exception {
        PeerManagedConnectionFactory factory = onePeer();
        ManagedConnection first = make(factory);
        RecordedEvents events = new RecordedEvents();
        first.addConnectionEventListener(events);
        long session = sessionOf(handle(first));
        first.cleanup();
        updateIn(first, branch, "UPDATE t SET v = 7 WHERE id = 1");
        first.getXAResource().prepare(branch);
        live.peer(1).execute("KILL " + session);

        first.getXAResource().commit(branch, false);
        assertThat(events.errors).hasSize(1);
        assertThat(value(live.peer(1), 1)).isEqualTo("7");
    }

    @Test
    void aServerKilledBetweenEndAndPrepareHasRolledBack() throws Exception {
        ManagedConnection managed = make(onePeer());
        updateIn(managed, branch, "UPDATE t SET v = 7 WHERE id = 1");
        live.peer(1).kill();
        refuses(XAException.XA_RBROLLBACK, () -> managed.getXAResource().prepare(branch));
        live.peer(1).restart();
        assertThat(live.peer(1).execute("XA RECOVER")).isEmpty();
        assertThat(value(live.peer(1), 1)).isEqualTo("0");
    }

    @Test
    void aSessionKilledInAnActiveBranchHasRolledBack() throws Exception {
        ManagedConnection managed = make(onePeer());
        RecordedEvents events = new RecordedEvents();
        managed.addConnectionEventListener(events);
        managed.getXAResource().start(branch, XAResource.TMNOFLAGS);
        try (Connection connection = handle(managed);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = 7 WHERE id = 1"))
                    .isEqualTo(1);
            live.peer(1).execute("KILL " + sessionOf(connection));
            assertThatThrownBy(() -> statement.executeUpdate("UPDATE t SET v = 8 WHERE id = 2"))
                    .isInstanceOf(SQLException.class);
        }
        managed.getXAResource().end(branch, XAResource.TMFAIL);
        refuses(XAException.XA_RBROLLBACK, () -> managed.getXAResource().commit(branch, true));
        assertThat(events.errors).hasSize(1);
        assertThat(value(live.peer(1), 1)).isEqualTo("0");
        assertThat(live.peer(1).execute("XA RECOVER")).isEmpty();
    }

    @Test
    void twoBranchesOfOneTransactionOnTwoPeers() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        ManagedConnection first = make(factory);
        ManagedConnection second = make(factory);
        Branch other = new Branch("global", "two");
        assertThat(first.getXAResource().isSameRM(second.getXAResource())).isFalse();
        updateIn(first, branch, "UPDATE t SET v = 7 WHERE id = 1");
        updateIn(second, other, "UPDATE t SET v = 7 WHERE id = 1");
        first.getXAResource().prepare(branch);
        second.getXAResource().prepare(other);
        assertThat(live.peers)
                .allSatisfy(peer -> assertThat(peer.execute("XA RECOVER")).contains("global"));
        first.getXAResource().commit(branch, false);
        second.getXAResource().commit(other, false);
        assertThat(live.peers).allSatisfy(peer -> assertThat(value(peer, 1)).isEqualTo("7"));
        assertThat(live.peers)
                .allSatisfy(peer -> assertThat(peer.execute("XA RECOVER")).isEmpty());
    }

    @Test
    void afterABranchTheConnectionCommitsByItselfAgain() throws Exception {
        ManagedConnection managed = make(onePeer());
        updateIn(managed, branch, "UPDATE t SET v = 7 WHERE id = 1");
        managed.getXAResource().rollback(branch);
        try (Connection connection = handle(managed)) {
            assertThat(connection.getAutoCommit()).isTrue();
        }
        managed.cleanup();
        update(managed, "UPDATE t SET v = 8 WHERE id = 2");
        assertThat(value(live.peer(1), 2)).isEqualTo("8");
        assertThat(value(live.peer(1), 1)).isEqualTo("0");
    }

    /** Auto-commit stays off for the server between local transactions, which XA START must not mind. */
    @Test
    void aBranchFollowsALocalTransaction() throws Exception {
        ManagedConnection managed = make(onePeer());
        managed.getLocalTransaction().begin();
        update(managed, "UPDATE t SET v = 1 WHERE id = 1");
        managed.getLocalTransaction().commit();
        managed.cleanup();
        updateIn(managed, branch, "UPDATE t SET v = 2 WHERE id = 1");
        managed.getXAResource().commit(branch, true);
        managed.cleanup();
        update(managed, "UPDATE t SET v = 3 WHERE id = 2");
        assertThat(value(live.peer(1), 1)).isEqualTo("2");
        assertThat(value(live.peer(1), 2)).isEqualTo("3");
    }

    @Test
    void anOpenTransactionOfTheApplicationIsRefusedAndSurvives() throws Exception {
        ManagedConnection managed = make(onePeer());
        try (Connection connection = handle(managed);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(statement.executeUpdate("UPDATE t SET v = 7 WHERE id = 1"))
                    .isEqualTo(1);
            assertThatThrownBy(() -> managed.getXAResource().start(branch, XAResource.TMNOFLAGS))
                    .hasMessageContaining("did not commit or roll back")
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_OUTSIDE));
            connection.commit();
        }
        assertThat(value(live.peer(1), 1)).isEqualTo("7");
    }

    @Test
    void theVictimOfADeadlockIsRolledBackAndItsConnectionStaysGood() throws Exception {
        PeerManagedConnectionFactory factory = onePeer();
        ManagedConnection first = make(factory);
        ManagedConnection second = make(factory);
        RecordedEvents events = new RecordedEvents();
        first.addConnectionEventListener(events);
        second.addConnectionEventListener(events);
        Branch other = new Branch("global", "two");
        first.getXAResource().start(branch, XAResource.TMNOFLAGS);
        second.getXAResource().start(other, XAResource.TMNOFLAGS);
        update(first, "UPDATE t SET v = 1 WHERE id = 1");
        update(second, "UPDATE t SET v = 2 WHERE id = 2");
        CompletableFuture<Boolean> firstDone = CompletableFuture.supplyAsync(
                () -> succeeds(first, "UPDATE t SET v = 1 WHERE id = 2"),
                task -> new Thread(task, "deadlock-partner").start());
        boolean secondDone = succeeds(second, "UPDATE t SET v = 2 WHERE id = 1");
        assertThat(firstDone.get(30, TimeUnit.SECONDS))
                .as("one of the two is the victim")
                .isNotEqualTo(secondDone);

        ManagedConnection victim = secondDone ? first : second;
        Branch lost = secondDone ? branch : other;
        ManagedConnection winner = secondDone ? second : first;
        Branch won = secondDone ? other : branch;
        winner.getXAResource().end(won, XAResource.TMSUCCESS);
        winner.getXAResource().commit(won, true);
        victim.getXAResource().end(lost, XAResource.TMSUCCESS);
        assertThatThrownBy(() -> victim.getXAResource().prepare(lost))
                .isInstanceOfSatisfying(
                        XAException.class,
                        e -> assertThat(e.errorCode).isIn(XAException.XA_RBDEADLOCK, XAException.XA_RBROLLBACK));

        assertThat(events.errors).isEmpty();
        victim.cleanup();
        updateIn(victim, lost, "UPDATE t SET v = 9 WHERE id = 1");
        victim.getXAResource().commit(lost, true);
        assertThat(value(live.peer(1), 1)).isEqualTo("9");
    }

    private static boolean succeeds(ManagedConnection managed, String sql) {
        try {
            update(managed, sql);
            return true;
        } catch (Exception e) {
            assertThat(e).isInstanceOf(SQLException.class).hasMessageContaining("Deadlock");
            return false;
        }
    }

    /** As when its time is over: the manager's own thread rolls back while the application goes on. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingLastsThatIsSentAfterARollbackFromAnotherThread(boolean twoPhase) throws Exception {
        PeerManagedConnectionFactory factory = onePeer();
        factory.setTwoPhaseCommit(twoPhase);
        ManagedConnection managed = make(factory);
        XAResource resource = managed.getXAResource();
        Xid xid = new Branch("timeout-" + twoPhase, "1");
        resource.start(xid, XAResource.TMNOFLAGS);
        try (Connection connection = handle(managed);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = 1 WHERE id = 1"))
                    .isEqualTo(1);

            CompletableFuture.runAsync(() -> {
                        try {
                            resource.end(xid, XAResource.TMFAIL);
                            resource.rollback(xid);
                        } catch (XAException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .get();

            assertThatThrownBy(() -> statement.executeUpdate("UPDATE t SET v = 1 WHERE id = 2"))
                    .isInstanceOf(SQLTransactionRollbackException.class)
                    .hasMessageContaining("rolled back");
            assertThatThrownBy(() -> connection.createStatement().executeUpdate("UPDATE t SET v = 1 WHERE id = 2"))
                    .isInstanceOf(SQLException.class);
        }

        // waits for the lock of the session that is being ended
        String locked = live.peer(1).execute("SELECT v FROM shop.t ORDER BY id FOR UPDATE");
        assertThat(locked.lines()).containsExactly("0", "0");
        assertThat(factory.getInvalidConnections(Set.of(managed))).containsExactly(managed);
        assertThat(factory.createConnectionFactory().unwrap(PeerControl.class).failures("peer1"))
                .isEmpty();
    }
}
