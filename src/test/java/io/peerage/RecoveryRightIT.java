/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.resource.spi.ManagedConnection;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** A user of MySQL as it is installed, who may not list branches until somebody grants it. */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(120)
class RecoveryRightIT {

    private static final Branch BRANCH = new Branch("global", "one");

    private final String group = "right-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(group);

    @AutoClose
    private final LocalPeer peer = LocalPeer.start(Flavours.mySql(), "right");

    @AutoClose
    private final Relay relay = Relay.to(peer.port());

    private final PeerManagedConnectionFactory factory = LocalFactories.create();

    @BeforeEach
    void configure() {
        factory.setPeers("only@" + relay.address());
        factory.setGroupName(group);
        factory.setConnectionProperties("allowPublicKeyRetrieval=true");
        factory.setCheckIntervalSeconds(86_400);
        factory.setAcquireTimeoutMillis(3_000);
        factory.setRecoveryWaitSeconds(600);
    }

    @AfterEach
    void stop() {
        LivePeers.stop(factory);
    }

    private ManagedConnection prepare() throws Exception {
        peer.execute("CREATE TABLE shop.t (id INT PRIMARY KEY, v INT); INSERT INTO shop.t VALUES (1, 0)");
        Patience.await("the server to be older than its connections", () -> peer.status("Uptime") > 3);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        Site.prepareChange(managed, BRANCH, 7);
        return managed;
    }

    @Test
    void theGrantIsNamedAtTheStart() throws Exception {
        factory.createManagedConnection(null, null).destroy();
        factory.createManagedConnection(null, null).destroy();
        assertThat(log.with("PEERAGE-026"))
                .singleElement()
                .satisfies(line ->
                        assertThat(line.getMessage()).contains("GRANT XA_RECOVER_ADMIN ON *.* TO 'app'@'127.0.0.1'"));
    }

    @Test
    void aDecisionIsDeliveredWithoutTheGrant() throws Exception {
        XAResource resource = prepare().getXAResource();
        relay.reset();
        resource.commit(BRANCH, false);
        assertThat(peer.execute("SELECT v FROM shop.t")).isEqualTo("7");
        assertThat(peer.execute("XA RECOVER")).isEmpty();
    }

    /** The server does not know that the connection is lost, so that session has the branch in hand. */
    @Test
    void theSessionThatHasTheBranchInHandIsEndedFirst() throws Exception {
        factory.setSocketTimeoutMillis(1_000);
        factory.setAcquireTimeoutMillis(20_000);
        XAResource resource = prepare().getXAResource();
        relay.stallExisting();
        resource.rollback(BRANCH);
        assertThat(peer.execute("SELECT v FROM shop.t FOR UPDATE NOWAIT")).isEqualTo("0");
        assertThat(peer.execute("XA RECOVER")).isEmpty();
    }

    @Test
    void aCommitWhoseAnswerWasLostIsDone() throws Exception {
        factory.setSocketTimeoutMillis(1_000);
        factory.setAcquireTimeoutMillis(20_000);
        XAResource resource = prepare().getXAResource();
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
        resource.commit(BRANCH, false);
        passing.join();
        assertThat(peer.execute("SELECT v FROM shop.t")).isEqualTo("7");
    }

    @Test
    void aBranchThatSomebodyElseFinishedIsUnknown() throws Exception {
        ManagedConnection managed = prepare();
        XAResource resource = managed.getXAResource();
        managed.destroy();
        Patience.await(
                "the branch to be in nobody's hand",
                () -> rolledBack("XA ROLLBACK 'global','one'," + BRANCH.getFormatId()));
        XAException gone = catchThrowableOfType(XAException.class, () -> {
            resource.commit(BRANCH, false);
        });
        assertThat(gone).isNotNull();
        assertThat(gone.errorCode).as(gone.getMessage()).isEqualTo(XAException.XAER_NOTA);
    }

    private boolean rolledBack(String sql) {
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
        try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(factory)) {
            XAException refused = catchThrowableOfType(XAException.class, recovery::list);
            assertThat(refused.errorCode).isEqualTo(XAException.XAER_RMFAIL);
            assertThat(refused).hasMessageContaining("GRANT XA_RECOVER_ADMIN");
            peer.execute("GRANT XA_RECOVER_ADMIN ON *.* TO '" + LocalPeer.USER + "'@'127.0.0.1'");
            Xid[] listed = recovery.list();
            assertThat(listed).isEmpty();
        }
    }
}
