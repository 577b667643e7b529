/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** A user of MySQL as it is installed, who may not list branches until somebody grants it. */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(120)
class RecoveryRightIT {

    private final String group = "right-" + UUID.randomUUID();

    private PeerManagedConnectionFactory factory(String address) {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setPeers("only@" + address);
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setPassword(LocalPeer.PASSWORD);
        factory.setGroupName(group);
        factory.setConnectionProperties("allowPublicKeyRetrieval=true");
        factory.setCheckIntervalSeconds(86_400);
        factory.setAcquireTimeoutMillis(3_000);
        factory.setRecoveryWaitSeconds(600);
        return factory;
    }

    private static ManagedConnection prepare(PeerManagedConnectionFactory factory, Branch branch, LocalPeer peer)
            throws Exception {
        peer.execute("CREATE TABLE shop.t (id INT PRIMARY KEY, v INT); INSERT INTO shop.t VALUES (1, 0)");
        Patience.await("the server to be older than its connections", () -> peer.status("Uptime") > 3);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        try (Connection connection = (Connection) managed.getConnection(null, null)) {
            Site.change(connection, 7);
        }
        resource.end(branch, XAResource.TMSUCCESS);
        resource.prepare(branch);
        return managed;
    }

    @Test
    void theGrantIsNamedAtTheStart() throws Exception {
        try (LocalPeer peer = LocalPeer.start(Flavours.mySql(), "right");
                RecordedLog log = new RecordedLog(group)) {
            PeerManagedConnectionFactory factory = factory(peer.address());
            try {
                factory.createManagedConnection(null, null).destroy();
                factory.createManagedConnection(null, null).destroy();
                assertThat(log.with("PEERAGE-026"))
                        .singleElement()
                        .satisfies(line -> assertThat(line.getMessage())
                                .contains("GRANT XA_RECOVER_ADMIN ON *.* TO 'app'@'127.0.0.1'"));
            } finally {
                LivePeers.stop(factory);
            }
        }
    }

    @Test
    void aDecisionIsDeliveredWithoutTheGrant() throws Exception {
        try (LocalPeer peer = LocalPeer.start(Flavours.mySql(), "right");
                Relay relay = Relay.to(peer.port())) {
            PeerManagedConnectionFactory factory = factory(relay.address());
            try {
                Branch branch = new Branch("global", "one");
                XAResource resource = prepare(factory, branch, peer).getXAResource();
                relay.reset();
                resource.commit(branch, false);
                assertThat(peer.execute("SELECT v FROM shop.t")).isEqualTo("7");
                assertThat(peer.execute("XA RECOVER")).isEmpty();
            } finally {
                LivePeers.stop(factory);
            }
        }
    }

    /** The server does not know that the connection is lost, so that session has the branch in hand. */
    @Test
    void theSessionThatHasTheBranchInHandIsEndedFirst() throws Exception {
        try (LocalPeer peer = LocalPeer.start(Flavours.mySql(), "right");
                Relay relay = Relay.to(peer.port())) {
            PeerManagedConnectionFactory factory = factory(relay.address());
            factory.setSocketTimeoutMillis(1_000);
            factory.setAcquireTimeoutMillis(20_000);
            try {
                Branch branch = new Branch("global", "one");
                XAResource resource = prepare(factory, branch, peer).getXAResource();
                relay.stallExisting();
                resource.rollback(branch);
                assertThat(peer.execute("SELECT v FROM shop.t FOR UPDATE NOWAIT"))
                        .isEqualTo("0");
                assertThat(peer.execute("XA RECOVER")).isEmpty();
            } finally {
                LivePeers.stop(factory);
            }
        }
    }

    @Test
    void aCommitWhoseAnswerWasLostIsDone() throws Exception {
        try (LocalPeer peer = LocalPeer.start(Flavours.mySql(), "right");
                Relay relay = Relay.to(peer.port())) {
            PeerManagedConnectionFactory factory = factory(relay.address());
            factory.setSocketTimeoutMillis(1_000);
            factory.setAcquireTimeoutMillis(20_000);
            try {
                Branch branch = new Branch("global", "one");
                XAResource resource = prepare(factory, branch, peer).getXAResource();
                relay.stallToClient();
                Thread passing = new Thread(() -> {
                    try {
                        Patience.await(
                                "the server to have committed",
                                () -> peer.execute("SELECT v FROM shop.t").equals("7"));
                        relay.reset();
                        relay.pass();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                passing.start();
                resource.commit(branch, false);
                passing.join();
                assertThat(peer.execute("SELECT v FROM shop.t")).isEqualTo("7");
            } finally {
                LivePeers.stop(factory);
            }
        }
    }

    @Test
    void aBranchThatSomebodyElseFinishedIsUnknown() throws Exception {
        try (LocalPeer peer = LocalPeer.start(Flavours.mySql(), "right")) {
            PeerManagedConnectionFactory factory = factory(peer.address());
            try {
                Branch branch = new Branch("global", "one");
                ManagedConnection managed = prepare(factory, branch, peer);
                XAResource resource = managed.getXAResource();
                managed.destroy();
                Patience.await(
                        "the branch to be in nobody's hand",
                        () -> rolledBack(peer, "XA ROLLBACK 'global','one'," + branch.getFormatId()));
                XAException gone = catchThrowableOfType(XAException.class, () -> {
                    resource.commit(branch, false);
                });
                assertThat(gone).isNotNull();
                assertThat(gone.errorCode).as(gone.getMessage()).isEqualTo(XAException.XAER_NOTA);
            } finally {
                LivePeers.stop(factory);
            }
        }
    }

    private static boolean rolledBack(LocalPeer peer, String sql) {
        try {
            peer.execute(sql);
            return true;
        } catch (IllegalStateException inHand) {
            return false;
        }
    }

    /** Payara and GlassFish hold up every transaction until recovery has asked: no waiting helps against a refusal. */
    @Test
    void recoveryDoesNotWaitForAServerThatRefusesToListAndNamesTheGrant() throws Exception {
        try (LocalPeer peer = LocalPeer.start(Flavours.mySql(), "right")) {
            PeerManagedConnectionFactory factory = factory(peer.address());
            try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(factory)) {
                XAException refused = catchThrowableOfType(XAException.class, recovery::list);
                assertThat(refused.errorCode).isEqualTo(XAException.XAER_RMFAIL);
                assertThat(refused).hasMessageContaining("GRANT XA_RECOVER_ADMIN");
                peer.execute("GRANT XA_RECOVER_ADMIN ON *.* TO '" + LocalPeer.USER + "'@'127.0.0.1'");
                Xid[] listed = recovery.list();
                assertThat(listed).isEmpty();
            } finally {
                LivePeers.stop(factory);
            }
        }
    }
}
