/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The container's local transactions, down to what the server is told. */
class LocalTransactionTest extends ManagedConnectionCase {

    private LocalTransaction transaction;

    @BeforeEach
    void takeTransaction() throws ResourceException {
        transaction = managed.getLocalTransaction();
    }

    @Test
    void handleThenBegin() throws Exception {
        Connection connection = handle();
        transaction.begin();
        run(connection);
        transaction.commit();
        assertThat(wire.drain())
                .containsExactly("setAutoCommit(false)", "execute(SELECT 1)", "closeStatement()", "commit()");
    }

    @Test
    void beginThenHandle() throws Exception {
        transaction.begin();
        run(handle());
        transaction.rollback();
        assertThat(wire.drain())
                .containsExactly("setAutoCommit(false)", "execute(SELECT 1)", "closeStatement()", "rollback()");
    }

    /** One statement more than the application's own: auto-commit stays off until somebody needs it. */
    @Test
    void theNextTransactionCostsItsCommitOnly() throws Exception {
        for (int i = 0; i < 2; i++) {
            transaction.begin();
            run(handle());
            transaction.commit();
            managed.cleanup();
        }
        assertThat(wire.drain().stream().filter(call -> call.startsWith("setAutoCommit")))
                .hasSize(1);
        run(handle());
        assertThat(wire.drain()).containsExactly("setAutoCommit(true)", "execute(SELECT 1)", "closeStatement()");
    }

    @Test
    void aTransactionInWhichNothingRanSendsNothing() throws Exception {
        transaction.begin();
        transaction.commit();
        transaction.begin();
        transaction.rollback();
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void theApplicationCannotEndTheContainersTransaction() throws Exception {
        Connection connection = handle();
        transaction.begin();
        assertThat(connection.getAutoCommit()).isFalse();
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(SQLException.class);
        transaction.commit();
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(events.errors).isEmpty();
    }

    @Test
    void misuseIsRefused() throws Exception {
        assertThatThrownBy(transaction::commit).isInstanceOf(LocalTransactionException.class);
        assertThatThrownBy(transaction::rollback).isInstanceOf(LocalTransactionException.class);
        transaction.begin();
        assertThatThrownBy(transaction::begin).isInstanceOf(LocalTransactionException.class);
        transaction.commit();
        assertThatThrownBy(transaction::commit).isInstanceOf(LocalTransactionException.class);
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void anOpenTransactionOfTheApplicationIsInTheWay() throws Exception {
        Connection connection = handle();
        connection.setAutoCommit(false);
        run(connection);
        assertThatThrownBy(transaction::begin)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("did not commit or roll back");
        connection.rollback();
        transaction.begin();
        transaction.commit();
    }

    /** As a throw in begin() must not leave the connection in a transaction: facts/app-servers.md 2.1. */
    @Test
    void whatFailedToBeginIsNotOpen() throws Exception {
        Connection connection = handle();
        connection.setAutoCommit(false);
        run(connection);
        assertThatThrownBy(transaction::begin).isInstanceOf(LocalTransactionException.class);
        assertThatThrownBy(transaction::rollback).isInstanceOf(LocalTransactionException.class);
        connection.commit();
        assertThat(connection.getAutoCommit()).isFalse();
    }

    @Test
    void cleanupRollsBackWhatWasLeftOpen() throws Exception {
        transaction.begin();
        run(handle());
        wire.drain();
        managed.cleanup();
        assertThat(wire.drain()).containsExactly("rollback()");
        transaction.begin();
        transaction.commit();
    }

    @Test
    void aConnectionLostInTheTransactionFailsTheCommitButNotTheRollback() throws Exception {
        Connection connection = handle();
        transaction.begin();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
        wire.drain();
        assertThatThrownBy(transaction::commit)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("rolled the transaction back");
        assertThat(wire.drain()).isEmpty();
        assertThat(events.errors).hasSize(1);
    }

    @Test
    void rollingBackOnALostConnectionIsDoneAlready() throws Exception {
        Connection connection = handle();
        transaction.begin();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
        wire.drain();
        transaction.rollback();
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void aConnectionLostInCommitIsToldToTheContainerAndNothingIsRepeated() throws Exception {
        transaction.begin();
        run(handle());
        wire.drain();
        SQLException lost = ScriptedServer.lost();
        server.failOn("commit", lost);
        assertThatThrownBy(transaction::commit)
                .isInstanceOf(LocalTransactionException.class)
                .hasCause(lost);
        assertThat(wire.drain()).containsExactly("commit()");
        assertThat(events.errors)
                .singleElement()
                .satisfies(event -> assertThat(event.getException()).isSameAs(lost));
    }

    /** Galera answers COMMIT with 1213 where two nodes conflict, as measured on Galera 26.4. */
    @Test
    void aRefusedCommitLeavesTheConnectionGoodAfterCleanup() throws Exception {
        transaction.begin();
        run(handle());
        server.failOn("commit", new SQLException("Deadlock found", "40001", 1213));
        assertThatThrownBy(transaction::commit)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("Deadlock found");
        server.mend("commit");
        assertThat(events.errors).isEmpty();
        managed.cleanup();
        wire.drain();
        transaction.begin();
        run(handle());
        transaction.commit();
        assertThat(wire.drain()).containsExactly("execute(SELECT 1)", "closeStatement()", "commit()");
    }

    /** What was refused is undone at once: nothing of it may be joined by what the application does next on its handle. */
    @Test
    void aRefusedCommitLeavesNothingOpen() throws Exception {
        Connection connection = handle();
        transaction.begin();
        run(connection);
        server.failNext("commit", new SQLException("Deadlock found", "40001", 1213));
        assertThatThrownBy(transaction::commit).isInstanceOf(LocalTransactionException.class);
        assertThat(wire.drain()).endsWith("commit()", "rollback()");
        assertThat(connection.getAutoCommit()).isTrue();

        transaction.begin();
        run(connection);
        transaction.commit();

        assertThat(wire.drain()).endsWith("commit()");
        assertThat(events.errors).isEmpty();
    }

    /** Where the server takes neither, the end of the connection undoes it. */
    @Test
    void whatCanNeitherBeCommittedNorRolledBackEndsWithItsConnection() throws Exception {
        Connection connection = handle();
        transaction.begin();
        run(connection);
        server.failNext("commit", new SQLException("Deadlock found", "40001", 1213));
        server.failNext("rollback", new SQLException("not now", "HY000", 1));
        assertThatThrownBy(transaction::commit).isInstanceOf(LocalTransactionException.class);

        assertThat(wire.drain()).anyMatch(call -> call.startsWith("abort("));
        managed.cleanup();
        assertThat(wire.isClosed()).isTrue();
        transaction.begin();
        run(handle());
        transaction.commit();
        assertThat(server.connections().get(server.connections().size() - 1).drain())
                .endsWith("commit()");
    }

    @Test
    void aRefusedRollbackMayBeAskedForAgain() throws Exception {
        transaction.begin();
        run(handle());
        server.failNext("rollback", new SQLException("not now", "HY000", 1));
        assertThatThrownBy(transaction::rollback).isInstanceOf(LocalTransactionException.class);
        wire.drain();

        transaction.rollback();

        assertThat(wire.drain()).containsExactly("rollback()");
    }
}
