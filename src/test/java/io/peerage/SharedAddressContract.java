/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.resource.spi.ManagedConnection;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** One address that leads to several servers: what becomes of a branch is known by the server that prepared it only. */
interface SharedAddressContract extends Contract {

    /**
     * A branch prepared behind the shared address, and the way there.
     *
     * @param commits how many the server had counted when the branch was prepared
     */
    record Prepared(
            PeerManagedConnectionFactory factory,
            Relay relay,
            XAResource resource,
            Branch branch,
            RecordedLog log,
            long commits) {}

    @Test
    default void aCommitThatDidNotArriveIsNotReportedAsDoneByAnotherServer() throws Exception {
        Prepared prepared = prepare();
        prepared.relay().leadTo(other().port());
        prepared.relay().reset();
        refusesFor(prepared, "could not reach the server");
        assertThat(site().value(hurt())).isEqualTo("0");
        assertThat(site().dialect().prepared(hurt())).hasSize(1);
        assertThat(prepared.log().with("PEERAGE-020")).hasSize(1);

        prepared.relay().leadTo(hurt().port());
        endsWell(prepared);
    }

    @Test
    default void aBalancerThatAlternatesLeadsToTheServerOfTheBranch() throws Exception {
        Prepared prepared = prepare();
        prepared.relay().leadTo(other().port(), hurt().port());
        prepared.relay().reset();
        endsWell(prepared);
    }

    /** What the pool has seen behind the address is asked, or recovery says that it could not. */
    @Test
    default void recoveryAsksEachServerThatItKnowsBehindTheAddress() throws Exception {
        Prepared prepared = prepare();
        prepared.relay().leadTo(other().port());
        prepared.relay().reset();
        try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(prepared.factory())) {
            assertThatThrownBy(recovery::list)
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL))
                    .hasMessageContaining("could not reach the server");
            prepared.relay().leadTo(other().port(), hurt().port());
            assertThat(recovery.list()).hasSize(1);
            recovery.finish(prepared.branch(), true);
        }
        assertThat(site().value(hurt())).isEqualTo("7");
        assertThat(prepared.log().with("PEERAGE-033")).hasSize(1);
    }

    /** A server that never comes back is given up by the operator. */
    @Test
    default void theOperatorGivesUpAServerThatIsGoneFromTheAddress() throws Exception {
        Prepared prepared = prepare();
        prepared.relay().leadTo(other().port());
        prepared.relay().reset();
        prepared.factory().createConnectionFactory().unwrap(PeerControl.class).declareLost("shared");
        assertThatThrownBy(() -> prepared.resource().commit(prepared.branch(), false))
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_NOTA))
                .hasMessageContaining("declared lost");
    }

    private LocalPeer hurt() {
        return site().hurt();
    }

    private LocalPeer other() {
        return site().other();
    }

    private void refusesFor(Prepared prepared, String why) {
        assertThatThrownBy(() -> prepared.resource().commit(prepared.branch(), false))
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL))
                .hasMessageContaining(why);
    }

    private void endsWell(Prepared prepared) throws Exception {
        Patience.await("the branch to be committed", () -> isCommitted(prepared));
        assertThat(site().value(hurt())).isEqualTo("7");
        assertThat(site().dialect().prepared(hurt())).isEmpty();
        assertThat(site().dialect().commitsOfPrepared(hurt()) - prepared.commits())
                .as("commits that arrived")
                .isEqualTo(1);
        assertThat(site().value(other())).isEqualTo("0");
    }

    private static boolean isCommitted(Prepared prepared) {
        try {
            prepared.resource().commit(prepared.branch(), false);
            return true;
        } catch (XAException e) {
            assertThat(e.errorCode).as(e.getMessage()).isEqualTo(XAException.XAER_RMFAIL);
            return false;
        }
    }

    private Prepared prepare() throws Exception {
        Relay relay = Relay.to(hurt().port());
        leftovers().add(relay);
        PeerManagedConnectionFactory factory = site().at("shared@" + relay.address());
        String group = "shared-" + UUID.randomUUID();
        RecordedLog log = new RecordedLog(group);
        leftovers().add(log);
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(86_400);
        factory.setAcquireTimeoutMillis(3_000);
        factory.setRecoveryWaitSeconds(0);
        leftovers().add(() -> LivePeers.stop(factory));
        Patience.await(
                "the server to be older than its connections",
                () -> site().dialect().uptimeSeconds(hurt()) > 3);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        leftovers().add(managed::destroy);
        Branch branch = new Branch("global", "one");
        XAResource resource = Site.prepareChange(managed, branch, 7);
        return new Prepared(
                factory, relay, resource, branch, log, site().dialect().commitsOfPrepared(hurt()));
    }
}
