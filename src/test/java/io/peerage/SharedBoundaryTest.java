/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two threads that come to one resting managed connection at the same time share what the first of them brings about,
 * good or bad (Jakarta Connectors 2.1, "ManagedConnection": thread-safe use from several handles).
 */
@Timeout(30)
class SharedBoundaryTest {

    private final ScriptedServer server = new ScriptedServer();
    private final PeerManagedConnectionFactory factory = server.factory();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private ManagedConnection managed;

    @BeforeEach
    void make() throws ResourceException {
        // every boundary asks the server, which is where this test can hold it
        factory.setValidateAfterIdleMillis(0);
        managed = factory.createManagedConnection(null, null);
    }

    @AfterEach
    void end() throws ResourceException {
        goOn.countDown();
        managed.destroy();
        server.close();
    }

    private void holdIn(String method) {
        server.during(method, () -> {
            reached.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private record Borrower(Thread thread, FutureTask<Connection> task) {}

    private Borrower borrow() {
        FutureTask<Connection> task = new FutureTask<>(() -> (Connection) managed.getConnection(null, null));
        Thread thread = new Thread(task, "borrower");
        thread.start();
        return new Borrower(thread, task);
    }

    /** Returns once this thread waits for another, or has ended, which a test takes for what it is. */
    private static void awaitWaiting(Borrower borrower) {
        while (borrower.thread().getState() != Thread.State.WAITING
                && !borrower.task().isDone()) {
            Thread.onSpinWait();
        }
    }

    private static boolean runs(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        }
    }

    private long units() throws SQLException {
        return factory.createConnectionFactory().peers().get(0).units();
    }

    @Test
    void theSecondIsServedByTheConnectionThatTheFirstIsStillProving() throws Exception {
        holdIn("isValid");
        Borrower first = borrow();
        reached.await();
        Borrower second = borrow();
        awaitWaiting(second);
        assertThat(second.task().isDone())
                .as("answered before there is a connection")
                .isFalse();
        goOn.countDown();

        assertThat(runs(first.task().get())).isTrue();
        assertThat(runs(second.task().get())).isTrue();
        assertThat(server.connections()).hasSize(1);
        assertThat(units()).as("units of work").isEqualTo(1);
    }

    @Test
    void theSecondHearsWhyThereIsNoneWhenTheFirstFindsNone() throws Exception {
        server.failOn("isValid", ScriptedServer.lost());
        server.failOn("getXAConnection", ScriptedServer.lost());
        holdIn("isValid");
        Borrower first = borrow();
        reached.await();
        Borrower second = borrow();
        awaitWaiting(second);
        goOn.countDown();

        for (Borrower borrower : new Borrower[] {first, second}) {
            assertThat(catchThrowable(() -> borrower.task().get()))
                    .hasRootCauseInstanceOf(SQLException.class)
                    .rootCause()
                    .hasMessageNotContaining("destroyed");
        }
        server.mend("isValid");
        server.mend("getXAConnection");
    }

    /** The container asks for metadata of a resting connection just when a request takes it. */
    @Test
    void aUnitThatBeginsWhileMetaDataIsReadIsNotEndedByIt() throws Exception {
        holdIn("getDatabaseProductName");
        FutureTask<String> metaData =
                new FutureTask<>(() -> managed.getMetaData().getEISProductName());
        new Thread(metaData, "metadata").start();
        reached.await();
        Borrower borrower = borrow();
        awaitWaiting(borrower);
        goOn.countDown();

        assertThat(metaData.get()).isEqualTo("Scripted");
        Connection connection = borrower.task().get();
        assertThat(((PeerManagedConnection) managed).slot().serving())
                .as("the unit runs")
                .isNotNull();
        assertThat(runs(connection)).isTrue();
        assertThat(units()).as("reading metadata is no unit of work").isEqualTo(1);
    }
}
