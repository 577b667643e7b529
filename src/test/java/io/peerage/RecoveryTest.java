/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.Credentials;
import io.peerage.local.Patience;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recovery as transaction managers drive it: one managed connection for all peers of a pool. */
@Timeout(60)
class RecoveryTest {

    private static final int SCAN = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final ScriptedServer a = new ScriptedServer();
    private final ScriptedServer b = new ScriptedServer();
    private PeerManagedConnectionFactory factory;

    @BeforeEach
    void configure() {
        factory = a.factory();
        factory.setPeers("a@" + a.address() + ",b@" + b.address());
        factory.setGroupName(group);
        factory.setRecoveryWaitSeconds(0);
    }

    @AfterEach
    void end() {
        a.close();
        b.close();
        log.close();
    }

    private XAResource fresh() throws ResourceException {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        managed.destroy();
        return resource;
    }

    private static void prepare(ScriptedServer server, String qualifier) {
        server.prepared().put("g/" + qualifier, new Branch("g", qualifier));
    }

    private static SQLException unreachable() {
        return new SQLException("cannot connect", "08001", new ConnectException("Connection refused"));
    }

    private static Set<String> names(XAResource resource) throws XAException {
        return Arrays.stream(resource.recover(SCAN))
                .map(xid -> Branch.of(xid).toString())
                .collect(Collectors.toSet());
    }

    @Test
    void listsTheBranchesOfAllPeersOnce() throws Exception {
        prepare(a, "1");
        prepare(b, "2");
        XAResource resource = fresh();
        assertThat(names(resource)).containsExactlyInAnyOrder("g/1", "g/2");
        assertThat(resource.recover(XAResource.TMNOFLAGS)).isEmpty();
        assertThat(resource.recover(XAResource.TMENDRSCAN)).isEmpty();
        assertThat(resource.recover(XAResource.TMSTARTRSCAN)).hasSize(2);
        Patience.await("no connection to be left", () -> a.open() + b.open() == 0);
    }

    @Test
    void xidsAreValuesAndTellWhatToPaste() throws Exception {
        prepare(a, "1");
        XAResource resource = fresh();
        assertThat(resource.recover(SCAN)[0])
                .isEqualTo(resource.recover(SCAN)[0])
                .hasSameHashCodeAs(resource.recover(SCAN)[0])
                .hasToString("X'67',X'31',20549")
                .isNotEqualTo(new Branch("g", "1"));
        prepare(a, "2");
        assertThat(resource.recover(SCAN)).doesNotHaveDuplicates().hasSize(2);
    }

    /** Open Liberty lists on one managed connection and completes on the next. */
    @Test
    void completesOnAConnectionThatListedNothing() throws Exception {
        prepare(a, "1");
        prepare(b, "2");
        assertThat(names(fresh())).hasSize(2);
        fresh().commit(new Branch("g", "1"), false);
        fresh().rollback(new Branch("g", "2"));
        assertThat(a.prepared()).isEmpty();
        assertThat(b.prepared()).isEmpty();
        assertThat(a.sent("commit(g/1, false)")).isEqualTo(1);
        assertThat(b.sent("rollback(g/2)")).isEqualTo(1);
    }

    @Test
    void findsTheHolderOfABranchThatWasNeverListed() throws Exception {
        prepare(b, "2");
        fresh().commit(new Branch("g", "2"), false);
        assertThat(b.sent("commit(g/2, false)")).isEqualTo(1);
        assertThat(a.sent("commit(g/2, false)")).isZero();
    }

    @Test
    void isUnknownOnlyIfEveryPeerSaysSo() throws Exception {
        XAResource resource = fresh();
        refuses(XAException.XAER_NOTA, "no peer has such a branch", () -> resource.commit(new Branch("g", "1"), false));
        b.failOn("getXAConnection", unreachable());
        refuses(
                XAException.XAER_RMFAIL,
                "b could not be asked: cannot connect",
                () -> resource.commit(new Branch("g", "1"), false));
        refuses(XAException.XAER_RMFAIL, "b could not be asked", () -> resource.rollback(new Branch("g", "1")));
    }

    @Test
    void listedTwiceIsFinishedNowhere() throws Exception {
        prepare(a, "1");
        prepare(b, "1");
        XAResource resource = fresh();
        assertThat(names(resource)).containsExactly("g/1");
        refuses(XAException.XAER_RMFAIL, "listed by [a, b]", () -> resource.commit(new Branch("g", "1"), false));
        assertThat(log.with("PEERAGE-025")).hasSize(1);
        assertThat(a.prepared()).hasSize(1);
        b.prepared().clear();
        resource.commit(new Branch("g", "1"), false);
        assertThat(a.prepared()).isEmpty();
    }

    /** XA PREPARE is replicated: what this adapter prepared on one peer shows on its replica too. */
    @Test
    void whatWasPreparedHereIsFinishedWhereItWasPrepared() throws Exception {
        factory.setSelection("affinity");
        ManagedConnection managed = factory.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        resource.start(new Branch("g", "1"), XAResource.TMNOFLAGS);
        resource.end(new Branch("g", "1"), XAResource.TMSUCCESS);
        resource.prepare(new Branch("g", "1"));
        managed.destroy();
        ScriptedServer origin = a.prepared().isEmpty() ? b : a;
        ScriptedServer replica = origin == a ? b : a;
        prepare(replica, "1");

        assertThat(names(fresh())).containsExactly("g/1");
        fresh().commit(new Branch("g", "1"), false);
        assertThat(origin.prepared()).isEmpty();
        assertThat(replica.prepared()).hasSize(1);
    }

    @Test
    void strictFailsAndNamesThePeer() throws Exception {
        prepare(a, "1");
        XAResource resource = fresh();
        b.failOn("getXAConnection", unreachable());
        refuses(XAException.XAER_RMFAIL, "b could not be asked: cannot connect", () -> resource.recover(SCAN));
        assertThat(log.with("PEERAGE-023")).hasSize(1);
        b.mend("getXAConnection");
        assertThat(names(resource)).containsExactly("g/1");
    }

    @Test
    void bestEffortGoesOnAndSaysSo() throws Exception {
        factory.setRecoveryPolicy("bestEffort");
        prepare(a, "1");
        XAResource resource = fresh();
        b.failOn("getXAConnection", unreachable());
        assertThat(names(resource)).containsExactly("g/1");
        assertThat(log.with("PEERAGE-023"))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).contains("[b]", "goes on without them"));
    }

    @Test
    void whatCannotBeListedCountsAsUnreachable() throws Exception {
        XAResource resource = fresh();
        b.failOn("recover", ScriptedServer.refused(XAException.XAER_RMERR));
        refuses(XAException.XAER_RMFAIL, "b could not be asked", () -> resource.recover(SCAN));
    }

    @Test
    void waitsForAPeerAndSaysSo() throws Exception {
        factory.setRecoveryWaitSeconds(3_600);
        prepare(b, "2");
        XAResource resource = fresh();
        b.failOn("getXAConnection", unreachable());
        CompletableFuture<Set<String>> listing = inBackground(resource);
        Patience.await("recovery to wait", () -> !log.with("PEERAGE-022").isEmpty());
        assertThat(listing).isNotDone();
        b.mend("getXAConnection");
        assertThat(listing.get(30, TimeUnit.SECONDS)).containsExactly("g/2");
        assertThat(log.with("PEERAGE-022"))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .contains("recovery cannot ask peer b for its branches (cannot connect)", "3600 s"));
    }

    private static CompletableFuture<Set<String>> inBackground(XAResource resource) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return names(resource);
                    } catch (XAException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task, "recovery-under-test").start());
    }

    @Test
    void declaringThePeerLostEndsTheWait() throws Exception {
        factory.setRecoveryWaitSeconds(3_600);
        prepare(a, "1");
        PeerControl control = factory.createConnectionFactory().unwrap(PeerControl.class);
        XAResource resource = fresh();
        b.failOn("getXAConnection", unreachable());
        CompletableFuture<Set<String>> listing = inBackground(resource);
        Patience.await("recovery to wait", () -> !log.with("PEERAGE-022").isEmpty());
        control.declareLost("b");
        assertThat(listing.get(30, TimeUnit.SECONDS)).containsExactly("g/1");
        assertThat(log.with("PEERAGE-024")).hasSize(1);
        assertThat(control.peers()).extracting(PeerStatus::state).containsExactly("up", "lost");

        prepare(b, "2");
        b.mend("getXAConnection");
        assertThat(names(resource)).containsExactly("g/1");
        refuses(XAException.XAER_NOTA, "no peer has", () -> resource.commit(new Branch("g", "2"), false));
        control.resume("b");
        assertThat(names(resource)).containsExactlyInAnyOrder("g/1", "g/2");
    }

    @Test
    void aDrainedPeerIsStillAsked() throws Exception {
        prepare(b, "2");
        XAResource resource = fresh();
        factory.createConnectionFactory().unwrap(PeerControl.class).drain("b");
        assertThat(names(resource)).containsExactly("g/2");
        resource.commit(new Branch("g", "2"), false);
        assertThat(b.prepared()).isEmpty();
    }

    /** Payara asks once and never again, so the adapter keeps the decision until the peer is back. */
    @Test
    void aDecisionIsKeptUntilThePeerReturns() throws Exception {
        factory.setAcquireTimeoutMillis(100);
        prepare(b, "2");
        XAResource resource = fresh();
        assertThat(names(resource)).hasSize(1);
        b.failOn("getXAConnection", unreachable());
        refuses(
                XAException.XAER_RMFAIL,
                "peer b cannot be reached (cannot connect); the decision is kept",
                () -> resource.commit(new Branch("g", "2"), false));
        assertThat(b.prepared()).hasSize(1);
        refuses(XAException.XAER_PROTO, "was COMMIT", () -> resource.rollback(new Branch("g", "2")));
        b.mend("getXAConnection");
        Patience.await("the branch to be finished", () -> b.prepared().isEmpty());
        Patience.await("that to be said", () -> log.with("PEERAGE-021").size() == 1);

        assertThat(log.with("PEERAGE-020"))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .contains("XA COMMIT X'67',X'32',20549 could not be delivered to peer b yet (cannot connect)"));
        fresh().commit(new Branch("g", "2"), false);
        refuses(XAException.XA_HEURCOM, "was COMMIT", () -> fresh().rollback(new Branch("g", "2")));
        assertThat(b.sent("commit(g/2, false)")).isEqualTo(1);
        resource.forget(new Branch("g", "2"));
        refuses(XAException.XAER_NOTA, "no peer has", () -> resource.commit(new Branch("g", "2"), false));
    }

    private void listInFile(Path file, ScriptedServer... servers) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < servers.length; i++) {
            String name = servers[i] == a ? "a" : servers[i] == b ? "b" : "c";
            text.append(name).append(".host=").append(servers[i].address()).append('\n');
        }
        Files.writeString(file, text);
        factory.setPeers("");
        factory.setPeersFile(file.toString());
    }

    private void awaitPeers(String... names) throws Exception {
        PeerDataSource source = factory.createConnectionFactory();
        Patience.await(
                "the peers " + List.of(names),
                () -> source.peers().stream().map(PeerStatus::name).toList().equals(List.of(names)));
    }

    /** It may be gone for ever: nobody waits for it. */
    @Test
    void aPeerThatWasRemovedIsNotAsked(@TempDir Path folder) throws Exception {
        listInFile(folder.resolve("peers"), b, a);
        prepare(b, "2");
        XAResource resource = fresh();
        a.failOn("getXAConnection", unreachable());
        refuses(XAException.XAER_RMFAIL, "a could not be asked", () -> resource.recover(SCAN));
        listInFile(folder.resolve("peers"), b);
        awaitPeers("b");
        assertThat(names(resource)).containsExactly("g/2");
    }

    @Test
    void aScanThatWaitsForAPeerGoesOnWhenItIsRemoved(@TempDir Path folder) throws Exception {
        listInFile(folder.resolve("peers"), b, a);
        factory.setRecoveryWaitSeconds(600);
        prepare(b, "2");
        XAResource resource = fresh();
        a.failOn("getXAConnection", unreachable());
        AtomicReference<Object> found = new AtomicReference<>();
        Thread scan = new Thread(() -> {
            try {
                found.set(names(resource));
            } catch (XAException e) {
                found.set(e);
            }
        });
        scan.start();
        Patience.await("recovery to wait", () -> !log.with("PEERAGE-022").isEmpty());
        listInFile(folder.resolve("peers"), b);
        scan.join();
        assertThat(found.get()).isEqualTo(Set.of("g/2"));
    }

    /** What was decided is decided. */
    @Test
    void aDecisionForAPeerThatWasRemovedIsDelivered(@TempDir Path folder) throws Exception {
        listInFile(folder.resolve("peers"), b, a);
        factory.setAcquireTimeoutMillis(300);
        prepare(a, "1");
        XAResource resource = fresh();
        Xid xid = resource.recover(SCAN)[0];
        a.failOn("getXAConnection", unreachable());
        refuses(XAException.XAER_RMFAIL, "the decision is kept", () -> resource.commit(xid, false));
        listInFile(folder.resolve("peers"), b);
        awaitPeers("b");
        a.mend("getXAConnection");
        Patience.await("the decision to be delivered", () -> a.prepared().isEmpty());
        assertThat(a.sent("commit(g/1, false)")).isEqualTo(1);
        resource.commit(xid, false);
        assertThat(b.sent("commit(g/1, false)")).isZero();
    }

    /** As a container that was started anew elsewhere, with the same data. */
    @Test
    void aDecisionFollowsAServerToItsNewAddress(@TempDir Path folder) throws Exception {
        try (ScriptedServer moved = new ScriptedServer()) {
            listInFile(folder.resolve("peers"), b, a);
            factory.setAcquireTimeoutMillis(300);
            prepare(a, "1");
            prepare(a, "2");
            XAResource resource = fresh();
            Map<String, Xid> found = new HashMap<>();
            for (Xid xid : resource.recover(SCAN)) {
                found.put(Branch.of(xid).toString(), xid);
            }
            a.failOn("getXAConnection", unreachable());
            refuses(XAException.XAER_RMFAIL, "the decision is kept", () -> resource.commit(found.get("g/1"), false));
            listInFile(folder.resolve("peers"), b, moved);
            moved.prepared().putAll(a.prepared());
            awaitPeers("b", "c");
            assertThat(names(resource)).containsExactlyInAnyOrder("g/1", "g/2");
            Patience.await(
                    "the decision to be delivered", () -> moved.prepared().size() == 1);
            resource.rollback(found.get("g/2"));
            assertThat(moved.prepared()).isEmpty();
            assertThat(moved.sent("commit(g/1, false)")).isEqualTo(1);
        }
    }

    /** The user of a request, whose password was changed while a decision of its could not be delivered. */
    @Test
    void aDecisionIsDeliveredWithThePasswordOfNow() throws Exception {
        a.passwords().put("eve", "old");
        b.passwords().put("eve", "old");
        factory.setAcquireTimeoutMillis(300);
        prepare(a, "1");
        ManagedConnection managed =
                factory.createManagedConnection(null, new ConnectionRequest(Credentials.of("eve", "old"), null));
        XAResource resource = managed.getXAResource();
        Xid xid = resource.recover(SCAN)[0];
        a.failOn("getXAConnection", unreachable());
        refuses(XAException.XAER_RMFAIL, "the decision is kept", () -> resource.commit(xid, false));
        a.passwords().put("eve", "new");
        b.passwords().put("eve", "new");
        try (Connection own = factory.createConnectionFactory().getConnection("eve", "new")) {
            assertThat(own.isValid(1)).isTrue();
        }
        a.mend("getXAConnection");
        Patience.await("the decision to be delivered", () -> a.prepared().isEmpty());
        managed.destroy();
    }

    @Test
    void aPeerThatIsListedAgainIsNotLostAnyMore(@TempDir Path folder) throws Exception {
        listInFile(folder.resolve("peers"), a, b);
        fresh();
        PeerControl control = factory.createConnectionFactory().unwrap(PeerControl.class);
        control.declareLost("a");
        listInFile(folder.resolve("peers"), b);
        awaitPeers("b");
        listInFile(folder.resolve("peers"), a, b);
        awaitPeers("a", "b");
        Patience.await("a to serve", () -> control.peers().get(0).state().equals("up"));
    }
}
