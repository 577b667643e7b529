/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
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

/** Branches left prepared on two real servers, found and finished whatever connection is asked. */
@Timeout(120)
class RecoveryIT {

    @AutoClose
    private static LivePeers live;

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final Branch one = new Branch("global", "one");
    private final Branch two = new Branch("global", "two");
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(2);
    }

    @BeforeEach
    void configure() {
        live.mend();
        for (LocalPeer peer : live.peers) {
            peer.execute("CREATE OR REPLACE TABLE shop.t (id INT PRIMARY KEY, v INT)");
            peer.execute("INSERT INTO shop.t VALUES (1, 0)");
        }
        factory = live.factory();
        factory.setGroupName(group);
    }

    @AfterEach
    void end() {
        log.close();
        LivePeers.stop(factory);
    }

    private ManagedConnection make() throws ResourceException {
        return factory.createManagedConnection(null, null);
    }

    private XAResource fresh() throws ResourceException {
        ManagedConnection managed = make();
        XAResource resource = managed.getXAResource();
        managed.destroy();
        return resource;
    }

    private static void work(ManagedConnection managed, Xid xid, String sql) throws Exception {
        managed.getXAResource().start(xid, XAResource.TMNOFLAGS);
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        managed.getXAResource().end(xid, XAResource.TMSUCCESS);
        managed.getXAResource().prepare(xid);
    }

    /** Prepares one branch on each peer, on connections that are destroyed then; {@link #one} is on the one returned. */
    private LocalPeer prepareOnBoth() throws Exception {
        // two at once, so that they lie on two peers
        ManagedConnection first = make();
        ManagedConnection second = make();
        work(first, one, "UPDATE t SET v = 7 WHERE id = 1");
        work(second, two, "UPDATE t SET v = 7 WHERE id = 1");
        first.destroy();
        second.destroy();
        assertThat(live.peers).allSatisfy(peer -> assertThat(recover(peer)).hasSize(1));
        return recover(live.peer(1)).get(0).endsWith("one") ? live.peer(1) : live.peer(2);
    }

    private static List<String> recover(LocalPeer peer) {
        return peer.execute("XA RECOVER").lines().toList();
    }

    private static void assertFinished(LocalPeer peer, String value) {
        assertThat(recover(peer)).isEmpty();
        assertThat(peer.execute("SELECT v FROM shop.t WHERE id = 1")).isEqualTo(value);
    }

    private LocalPeer other(LocalPeer peer) {
        return peer == live.peer(1) ? live.peer(2) : live.peer(1);
    }

    private static List<String> scan(XAResource resource) throws XAException {
        return Arrays.stream(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .map(xid -> Branch.of(xid).toString())
                .sorted()
                .toList();
    }

    @Test
    void oneConnectionSeesAndFinishesTheBranchesOfBothPeers() throws Exception {
        LocalPeer ofOne = prepareOnBoth();
        XAResource resource = fresh();
        assertThat(scan(resource)).containsExactly("global/one", "global/two");
        resource.commit(one, false);
        resource.rollback(two);
        assertFinished(ofOne, "7");
        assertFinished(other(ofOne), "0");
        assertThat(scan(resource)).isEmpty();
        refuses(XAException.XAER_NOTA, () -> resource.commit(one, false));
    }

    /** Open Liberty does; here even a pool that has never seen the branches. */
    @Test
    void aConnectionThatListedNothingFindsThem() throws Exception {
        LocalPeer ofOne = prepareOnBoth();
        LivePeers.stop(factory);
        fresh().commit(one, false);
        fresh().commit(two, false);
        assertFinished(ofOne, "7");
        assertFinished(other(ofOne), "7");
    }

    @Test
    void aPeerThatIsDownIsWaitedFor() throws Exception {
        factory.setRecoveryWaitSeconds(60);
        LocalPeer ofOne = prepareOnBoth();
        XAResource resource = fresh();
        ofOne.kill();
        CompletableFuture<List<String>> listing = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return scan(resource);
                    } catch (XAException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task, "recovery-under-test").start());
        Patience.await("recovery to wait", () -> !log.with("PEERAGE-022").isEmpty());
        assertThat(listing).isNotDone();
        ofOne.restart();
        long returned = System.nanoTime();
        assertThat(listing.get(60, TimeUnit.SECONDS)).containsExactly("global/one", "global/two");
        System.out.printf(
                "recovery went on %d ms after its peer was back%n",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - returned));
        resource.commit(one, false);
        resource.commit(two, false);
        assertFinished(ofOne, "7");
        assertFinished(other(ofOne), "7");
    }

    @Test
    void strictDropsNothingAndBestEffortGoesOn() throws Exception {
        factory.setRecoveryWaitSeconds(0);
        LocalPeer ofOne = prepareOnBoth();
        ofOne.kill();
        refuses(XAException.XAER_RMFAIL, () -> scan(fresh()));
        PeerManagedConnectionFactory lenient = live.factory();
        lenient.setRecoveryWaitSeconds(0);
        lenient.setRecoveryPolicy("bestEffort");
        ManagedConnection managed = lenient.createManagedConnection(null, null);
        assertThat(scan(managed.getXAResource())).containsExactly("global/two");
        managed.getXAResource().rollback(two);
        managed.destroy();
        LivePeers.stop(lenient);

        ofOne.restart();
        assertThat(scan(fresh())).containsExactly("global/one");
        fresh().rollback(one);
        assertFinished(ofOne, "0");
        assertFinished(other(ofOne), "0");
    }

    @Test
    void aLostPeerIsLeftOut() throws Exception {
        LocalPeer ofOne = prepareOnBoth();
        ofOne.kill();
        PeerControl control = factory.createConnectionFactory().unwrap(PeerControl.class);
        control.declareLost(ofOne.name());
        XAResource resource = fresh();
        assertThat(scan(resource)).containsExactly("global/two");
        resource.commit(two, false);
        ofOne.restart();
        control.resume(ofOne.name());
        assertThat(scan(resource)).containsExactly("global/one");
        resource.commit(one, false);
        assertFinished(ofOne, "7");
        assertFinished(other(ofOne), "7");
    }

    /** Payara asks no more: what it decided is done as soon as the peer is back. */
    @Test
    void aPeerKilledBetweenPrepareAndCommitIsFinishedWhenItReturns() throws Exception {
        factory.setAcquireTimeoutMillis(1_000);
        ManagedConnection managed = make();
        work(managed, one, "UPDATE t SET v = 7 WHERE id = 1");
        LocalPeer peer = recover(live.peer(1)).isEmpty() ? live.peer(2) : live.peer(1);
        peer.kill();
        RecordedEvents events = new RecordedEvents();
        managed.addConnectionEventListener(events);
        refuses(XAException.XAER_RMFAIL, () -> managed.getXAResource().commit(one, false));
        assertThat(events.errors).hasSize(1);
        managed.destroy();
        assertThat(log.with("PEERAGE-020")).hasSize(1);

        peer.restart();
        long returned = System.nanoTime();
        Patience.await(
                "the branch to be finished", () -> !log.with("PEERAGE-021").isEmpty());
        System.out.printf(
                "a decision was carried out %d ms after its peer was back%n",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - returned));
        assertFinished(peer, "7");
        managed.getXAResource().commit(one, false);
        refuses(XAException.XA_HEURCOM, () -> fresh().rollback(one));
    }

    /**
     * What changed nothing is not kept by MariaDB when its session ends, though it lists it: XA COMMIT says that it was
     * rolled back then (1402), which is no heuristic outcome.
     */
    @Test
    void aBranchThatOnlyReadIsDoneInAnyCase() throws Exception {
        ManagedConnection managed = make();
        work(managed, one, "SELECT v FROM t");
        managed.destroy();
        managed.getXAResource().commit(one, false);
        assertThat(live.peers).allSatisfy(peer -> assertThat(recover(peer)).isEmpty());
    }

    /** Another session has the branch in hand: XA COMMIT answers that there is none, and XA RECOVER lists it. */
    @Test
    void aBranchThatIsStillInHandIsNotTakenForGone() throws Exception {
        factory.setAcquireTimeoutMillis(500);
        PeerManagedConnectionFactory stranger = live.factory();
        ManagedConnection busy = stranger.createManagedConnection(null, null);
        work(busy, one, "UPDATE t SET v = 7 WHERE id = 1");
        LocalPeer peer = recover(live.peer(1)).isEmpty() ? live.peer(2) : live.peer(1);
        refuses(XAException.XAER_RMFAIL, () -> fresh().commit(one, false));
        assertThat(recover(peer)).hasSize(1);
        busy.destroy();
        Patience.await("the branch to be finished", () -> recover(peer).isEmpty());
        assertFinished(peer, "7");
        LivePeers.stop(stranger);
    }
}
