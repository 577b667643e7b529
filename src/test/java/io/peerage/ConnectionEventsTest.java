/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a container hears of its managed connection, and what it may do while it listens. */
class ConnectionEventsTest extends ManagedConnectionCase {

    /** Two threads, each with a handle of its own, lose the connection in the same moment: the container hears it once. */
    @Test
    @Timeout(60)
    void aConnectionLostByTwoThreadsAtOnceIsToldOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 200; round++) {
                ManagedConnection lost = server.factory().createManagedConnection(null, null);
                RecordedEvents heard = new RecordedEvents();
                lost.addConnectionEventListener(heard);
                Connection one = (Connection) lost.getConnection(null, null);
                Connection two = (Connection) lost.getConnection(null, null);
                CyclicBarrier onTheWire = new CyclicBarrier(2);
                server.during("execute", () -> meet(onTheWire));
                server.failOn("execute", ScriptedServer.lost());
                List<Future<Throwable>> both = List.of(
                        threads.submit(() -> catchThrowable(() -> run(one))),
                        threads.submit(() -> catchThrowable(() -> run(two))));
                for (Future<Throwable> each : both) {
                    assertThat(each.get()).isInstanceOf(SQLException.class).hasMessageContaining("link lost");
                }
                assertThat(heard.errors).as("round %d", round).hasSize(1);
                server.mend("execute");
                server.during("execute", () -> {});
                lost.destroy();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** JDBC: a connection that is not valid is an answer, not an error. */
    @Test
    void aLostConnectionIsNotValid() throws Exception {
        Connection connection = handle();
        assertThat(connection.isValid(1)).isTrue();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
        assertThat(connection.isClosed()).isFalse();
        assertThat(connection.isValid(1)).isFalse();
        server.mend("execute");
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closingAHandleIsToldOnceWithTheHandle() throws Exception {
        Connection first = handle();
        Connection second = handle();
        second.close();
        second.close();

        assertThat(events.closed).singleElement().satisfies(event -> {
            assertThat(event.getId()).isEqualTo(ConnectionEvent.CONNECTION_CLOSED);
            assertThat(event.getSource()).isSameAs(managed);
            assertThat(event.getConnectionHandle()).isSameAs(second);
        });
        run(first);
        assertThat(events.errors).isEmpty();
    }

    /** Payara's pool would lack it for good otherwise. */
    @Test
    void aConnectionThatFindsNoPeerIsToldToBeLost() throws Exception {
        server.connections().get(0).xaConnection().close();
        server.failOn("isValid", ScriptedServer.lost());
        server.failOn("getXAConnection", ScriptedServer.lost());
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::handle).isInstanceOf(ResourceException.class);
            assertThat(events.errors).hasSize(1);
        }
        assertThat(events.errors.get(0).getException())
                .hasMessageContaining("no peer of peer can serve")
                .hasMessageContainingAll("peer is ", ": link lost");
        assertThat(events.closed).isEmpty();
    }

    @Test
    void aLostConnectionIsToldOnceWithWhatTheDriverThrew() throws Exception {
        Connection connection = handle();
        SQLException lost = ScriptedServer.lost();
        server.failOn("execute", lost);

        assertThatThrownBy(() -> run(connection)).isSameAs(lost);
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);

        assertThat(events.errors).singleElement().satisfies(event -> {
            assertThat(event.getId()).isEqualTo(ConnectionEvent.CONNECTION_ERROR_OCCURRED);
            assertThat(event.getSource()).isSameAs(managed);
            assertThat(event.getException()).isSameAs(lost);
            assertThat(event.getConnectionHandle()).isSameAs(connection);
        });
    }

    @Test
    void aFailedStatementIsNoLostConnection() throws Exception {
        Connection connection = handle();
        for (String state : List.of("42S02", "23000", "40001", "HY000", "22001", "25006", "0A000")) {
            SQLException failure = new SQLException("of the statement", state);
            server.failOn("execute", failure);
            assertThatThrownBy(() -> run(connection)).isSameAs(failure);
        }
        assertThat(events.errors).isEmpty();
        server.mend("execute");
        run(connection);
    }

    @Test
    void everyListenerHearsOfIt() throws Exception {
        RecordedEvents second = new RecordedEvents();
        managed.addConnectionEventListener(second);
        Connection connection = handle();
        server.failOn("execute", ScriptedServer.lost());

        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);

        assertThat(events.errors).hasSize(1);
        assertThat(second.errors).hasSize(1);
    }

    @Test
    void aListenerThatLeftHearsNothing() throws Exception {
        managed.removeConnectionEventListener(events);
        handle().close();
        assertThat(events.closed).isEmpty();
    }

    /** Payara does this: facts/app-servers.md section 0, point 5. */
    @Test
    void aListenerMayLeaveAndDestroyTheConnectionFromInside() throws Exception {
        List<String> done = new ArrayList<>();
        managed.addConnectionEventListener(new RecordedEvents() {
            @Override
            public void connectionErrorOccurred(ConnectionEvent event) {
                super.connectionErrorOccurred(event);
                ManagedConnection source = (ManagedConnection) event.getSource();
                try {
                    source.removeConnectionEventListener(this);
                    source.cleanup();
                    source.destroy();
                    source.destroy();
                    done.add("destroyed");
                } catch (ResourceException e) {
                    throw new AssertionError(e);
                }
            }
        });
        RecordedEvents after = new RecordedEvents();
        managed.addConnectionEventListener(after);
        Connection connection = handle();
        SQLException lost = ScriptedServer.lost();
        server.failOn("execute", lost);

        assertThatThrownBy(() -> run(connection)).isSameAs(lost);

        assertThat(done).containsExactly("destroyed");
        assertThat(after.errors).hasSize(1);
        assertThat(connection.isClosed()).isTrue();
        assertThat(server.connections().get(0).isClosed()).isTrue();
        connection.close();
        assertThat(events.closed).isEmpty();
    }

    /** A container may work from another thread while the event is delivered, so no lock may be held. */
    @Test
    void anotherThreadMayUseTheConnectionWhileTheEventIsDelivered() throws Exception {
        managed.addConnectionEventListener(new RecordedEvents() {
            @Override
            public void connectionErrorOccurred(ConnectionEvent event) {
                Thread other = new Thread(() -> {
                    try {
                        managed.cleanup();
                        managed.destroy();
                    } catch (ResourceException e) {
                        throw new AssertionError(e);
                    }
                });
                other.start();
                try {
                    other.join(10_000);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                assertThat(other.isAlive()).as("blocked by a lock").isFalse();
                super.connectionErrorOccurred(event);
                events.connectionErrorOccurred(event);
            }
        });
        Connection connection = handle();
        server.failOn("execute", ScriptedServer.lost());

        assertThatThrownBy(() -> run(connection)).hasMessage("link lost");

        assertThat(events.errors).hasSize(2);
        assertThat(server.connections().get(0).isClosed()).isTrue();
    }

    /** Payara goes on to end and roll back on the destroyed connection: facts/app-servers.md, "Proven by running". */
    @Test
    void theTransactionsOfADestroyedConnectionStillEndInOrder() throws Exception {
        destroyOnError();
        XAResource resource = managed.getXAResource();
        Connection connection = handle();
        resource.start(new Branch("g", "b"), XAResource.TMNOFLAGS);
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);

        resource.end(new Branch("g", "b"), XAResource.TMFAIL);
        resource.rollback(new Branch("g", "b"));

        refuses(XAException.XAER_PROTO, () -> resource.end(new Branch("g", "b"), XAResource.TMSUCCESS));
        refuses(XAException.XAER_NOTA, () -> resource.rollback(new Branch("g", "b")));
        // TomEE has no other resource to recover with
        assertThat(resource.recover(XAResource.TMSTARTRSCAN)).isEmpty();
    }

    /** Payara enlists it again if the application tries again within the request, and completes what did not start. */
    @Test
    void theNextTransactionMayCompleteTheDestroyedConnectionWithTheRest() throws Exception {
        destroyOnError();
        XAResource resource = managed.getXAResource();
        Connection connection = handle();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
        server.mend("execute");

        for (String next : List.of("two-phase", "one-phase", "undone")) {
            refuses(XAException.XAER_RMFAIL, () -> resource.start(new Branch(next, "b"), XAResource.TMNOFLAGS));
            resource.end(new Branch(next, "b"), XAResource.TMSUCCESS);
            switch (next) {
                case "two-phase" ->
                    assertThat(resource.prepare(new Branch(next, "b"))).isEqualTo(XAResource.XA_RDONLY);
                case "one-phase" -> resource.commit(new Branch(next, "b"), true);
                default -> resource.rollback(new Branch(next, "b"));
            }
        }
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
    }

    /** What still works could run statements outside of the transaction: completing that must not look well. */
    @Test
    void aTransactionThatALiveConnectionCouldNotStartIsNotCompletedSilently() throws Exception {
        XAResource resource = managed.getXAResource();
        Connection connection = handle();
        connection.setAutoCommit(false);
        run(connection);
        Branch branch = new Branch("g", "b");
        refuses(XAException.XAER_OUTSIDE, () -> resource.start(branch, XAResource.TMNOFLAGS));
        assertThatThrownBy(() -> resource.prepare(branch)).isInstanceOf(XAException.class);
    }

    @Test
    void theLocalTransactionOfADestroyedConnectionStillRollsBack() throws Exception {
        destroyOnError();
        LocalTransaction transaction = managed.getLocalTransaction();
        Connection connection = handle();
        transaction.begin();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);

        transaction.rollback();

        assertThatThrownBy(transaction::begin).hasMessageContaining("lost");
    }

    private void destroyOnError() {
        managed.addConnectionEventListener(new RecordedEvents() {
            @Override
            public void connectionErrorOccurred(ConnectionEvent event) {
                try {
                    managed.cleanup();
                    managed.destroy();
                    managed.destroy();
                } catch (ResourceException e) {
                    throw new AssertionError(e);
                }
            }
        });
    }
}
