/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.Patience;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.FutureTask;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Open Liberty hears that a connection is lost, and lends it again within the same request. Simulated here; {@code
 * OpenLibertyQuirksIT} asks the server itself.
 */
class LentAgainTest {

    private static final Branch BRANCH = new Branch("g", "b");

    @AutoClose
    private final ScriptedServer server = new ScriptedServer();

    private final RecordedEvents events = new RecordedEvents();

    private ManagedConnection make(boolean twoPhase) throws ResourceException {
        PeerManagedConnectionFactory factory = server.factory();
        factory.setTwoPhaseCommit(twoPhase);
        factory.setCheckIntervalSeconds(1);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        managed.addConnectionEventListener(events);
        return managed;
    }

    private static Connection handle(ManagedConnection managed) throws ResourceException {
        return (Connection) managed.getConnection(null, null);
    }

    private static void run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    private void lose(Connection connection) {
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
        server.mend("execute");
    }

    /** A check of the peer may have one more for a moment. */
    private void awaitOpen(int connections) throws Exception {
        Patience.await(connections + " open connections", () -> server.open() == connections);
    }

    @Test
    void itServesOnAFreshConnection() throws Exception {
        ManagedConnection managed = make(true);
        Connection lost = handle(managed);
        lose(lost);

        Connection next = handle(managed);
        run(next);

        assertThat(server.connections().get(0).isClosed()).isTrue();
        awaitOpen(1);
        assertThat(events.errors).hasSize(1);
        assertThatThrownBy(() -> run(lost))
                .as("of a unit of work that has failed")
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
        next.close();
        managed.cleanup();
        run(handle(managed));
        managed.destroy();
        awaitOpen(0);
    }

    @Test
    void itMayBeLostAgain() throws Exception {
        ManagedConnection managed = make(true);
        for (int i = 1; i <= 3; i++) {
            lose(handle(managed));
            assertThat(events.errors).hasSize(i);
        }
        run(handle(managed));
        awaitOpen(1);
        managed.destroy();
        awaitOpen(0);
    }

    @Test
    void whereNoPeerServesItSaysSoAndServesLater() throws Exception {
        ManagedConnection managed = make(true);
        lose(handle(managed));
        server.failOn("getXAConnection", ScriptedServer.lost());
        assertThatThrownBy(() -> handle(managed)).hasMessageContaining("no peer of peer can serve");
        server.mend("getXAConnection");
        Patience.await("the peer to be found well", () -> {
            try {
                run(handle(managed));
                return true;
            } catch (ResourceException e) {
                return false;
            }
        });
        assertThat(events.errors).hasSize(1);
        managed.destroy();
    }

    /** Else what comes after the loss would last without what came before. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void notWithinTheGlobalTransactionThatLostIt(boolean twoPhase) throws Exception {
        ManagedConnection managed = make(twoPhase);
        XAResource resource = managed.getXAResource();
        resource.start(BRANCH, XAResource.TMNOFLAGS);
        Connection connection = handle(managed);
        run(connection);
        lose(connection);

        assertThatThrownBy(() -> handle(managed)).isInstanceOf(ResourceException.class);
        resource.end(BRANCH, XAResource.TMSUCCESS);
        assertThatThrownBy(() -> handle(managed)).isInstanceOf(ResourceException.class);
        resource.rollback(BRANCH);

        run(handle(managed));
        managed.destroy();
    }

    /** Nobody knows yet whether it is committed, so its transaction manager may ask again. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void notWhileACommitIsInDoubt(boolean twoPhase) throws Exception {
        ManagedConnection managed = make(twoPhase);
        XAResource resource = managed.getXAResource();
        resource.start(BRANCH, XAResource.TMNOFLAGS);
        run(handle(managed));
        resource.end(BRANCH, XAResource.TMSUCCESS);
        server.failNext("commit", twoPhase ? ScriptedServer.lost(XAException.XAER_RMFAIL) : ScriptedServer.lost());
        assertThatThrownBy(() -> resource.commit(BRANCH, true)).isInstanceOf(XAException.class);

        assertThatThrownBy(() -> handle(managed)).isInstanceOf(ResourceException.class);
        managed.destroy();
    }

    /** That it is rolled back has been told: nothing is kept. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onceItWasToldThatItIsRolledBack(boolean twoPhase) throws Exception {
        ManagedConnection managed = make(twoPhase);
        XAResource resource = managed.getXAResource();
        resource.start(BRANCH, XAResource.TMNOFLAGS);
        lose(handle(managed));
        resource.end(BRANCH, XAResource.TMFAIL);
        refuses(XAException.XA_RBROLLBACK, () -> resource.commit(BRANCH, true));

        run(handle(managed));
        managed.destroy();
    }

    @Test
    void notWithinTheLocalTransactionThatLostIt() throws Exception {
        ManagedConnection managed = make(true);
        LocalTransaction transaction = managed.getLocalTransaction();
        Connection connection = handle(managed);
        transaction.begin();
        lose(connection);

        assertThatThrownBy(() -> handle(managed)).isInstanceOf(ResourceException.class);
        transaction.rollback();

        run(handle(managed));
        managed.destroy();
    }

    /** A transaction manager ended the first one, whose time was over; the next was really lost, and is said to be. */
    @Test
    void whyTheOneBeforeEndedIsNotSaidOfTheNext() throws Exception {
        ManagedConnection managed = make(true);
        XAResource resource = managed.getXAResource();
        resource.start(BRANCH, XAResource.TMNOFLAGS);
        Connection late = handle(managed);
        run(late);
        FutureTask<Void> timeOut = new FutureTask<>(() -> {
            resource.rollback(BRANCH);
            return null;
        });
        new Thread(timeOut).start();
        timeOut.get();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(late)).hasMessageContaining("was rolled back");
        server.mend("execute");

        Connection next = handle(managed);
        run(next);
        lose(next);

        assertThatThrownBy(() -> run(next)).hasMessageContaining("was lost");
        managed.destroy();
    }

    @Test
    void notOnceItIsDestroyed() throws Exception {
        ManagedConnection managed = make(true);
        lose(handle(managed));
        managed.destroy();
        assertThatThrownBy(() -> handle(managed)).hasMessageContaining("lost");
        awaitOpen(0);
    }

    @Test
    void aHandleFromElsewhereIsServedToo() throws Exception {
        ManagedConnection managed = make(true);
        ManagedConnection other = make(true);
        lose(handle(managed));
        Connection moved = handle(other);

        managed.associateConnection(moved);

        run(moved);
        assertThat(server.factory().getInvalidConnections(Set.of(managed))).isEmpty();
        managed.destroy();
        other.destroy();
    }
}
