/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** Global transactions as local ones, for peers that cannot do XA: TwoPhaseCommit=false. */
class OnePhaseXaResourceTest extends BranchCase {

    OnePhaseXaResourceTest() {
        factory.setTwoPhaseCommit(false);
    }

    private void run() throws Exception {
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    private void unit() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        run();
        resource.end(branch(), XAResource.TMSUCCESS);
    }

    /** The connection serves the next transaction, for which auto-commit is off already. */
    private void assertUsable() throws Exception {
        wire.drain();
        managed.cleanup();
        unit();
        resource.commit(branch(), true);
        assertThat(wire.drain()).containsExactly("execute(SELECT 1)", "closeStatement()", "commit()");
        assertThat(events.errors).isEmpty();
    }

    @Test
    void commitsInOnePhase() throws Exception {
        unit();
        resource.commit(branch(), true);
        assertThat(wire.drain())
                .containsExactly("setAutoCommit(false)", "execute(SELECT 1)", "closeStatement()", "commit()");
        assertUsable();
    }

    @Test
    void rollsBack() throws Exception {
        unit();
        resource.rollback(branch());
        assertThat(wire.drain())
                .containsExactly("setAutoCommit(false)", "execute(SELECT 1)", "closeStatement()", "rollback()");
        assertUsable();
    }

    @Test
    void refusesToPrepareAndSaysWhatToSet() throws Exception {
        unit();
        refuses(XAException.XA_RBROLLBACK, "TwoPhaseCommit is false", () -> resource.prepare(branch()));
        assertThat(wire.drain()).endsWith("rollback()").doesNotContain("prepare(g/1)");
        assertUsable();
    }

    /** A second resource that was enlisted and not used does not spoil a transaction. */
    @Test
    void votesReadOnlyWhereNothingRan() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        resource.end(branch(), XAResource.TMSUCCESS);
        assertThat(resource.prepare(branch())).isEqualTo(XAResource.XA_RDONLY);
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void suspendsAndJoins() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        resource.end(branch(), XAResource.TMSUSPEND);
        resource.start(branch(), XAResource.TMRESUME);
        run();
        resource.end(branch(), XAResource.TMSUCCESS);
        resource.start(branch(), XAResource.TMJOIN);
        resource.end(branch(), XAResource.TMSUCCESS);
        resource.commit(branch(), true);
        assertThat(wire.drain()).endsWith("commit()");
    }

    @Test
    void recoversNothingAndOpensNothing() throws Exception {
        server.prepared().put("g/1", branch());
        assertThat(resource.recover(XAResource.TMSTARTRSCAN)).isEmpty();
        refuses(XAException.XAER_NOTA, "nothing is prepared", () -> resource.commit(branch(), false));
        refuses(XAException.XAER_NOTA, "nothing is prepared", () -> resource.rollback(branch()));
        resource.forget(branch());
        assertThat(server.connections()).hasSize(1);
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void misuseIsAProtocolError() throws Exception {
        refuses(XAException.XAER_PROTO, "END", () -> resource.end(branch(), XAResource.TMSUCCESS));
        refuses(XAException.XAER_PROTO, "START", () -> resource.start(branch(), XAResource.TMJOIN));
        resource.start(branch(), XAResource.TMNOFLAGS);
        refuses(XAException.XAER_PROTO, "START", () -> resource.start(new Branch("g", "2"), XAResource.TMNOFLAGS));
        refuses(XAException.XAER_PROTO, "PREPARE", () -> resource.prepare(branch()));
        refuses(XAException.XAER_PROTO, "COMMIT", () -> resource.commit(branch(), true));
        resource.rollback(branch());
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void anOpenTransactionOfTheApplicationIsOutside() throws Exception {
        Connection connection = (Connection) managed.getConnection(null, null);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
        refuses(
                XAException.XAER_OUTSIDE,
                "did not commit or roll back",
                () -> resource.start(branch(), XAResource.TMNOFLAGS));
        assertThatThrownBy(this::run)
                .as("what would run outside the transaction that did not start")
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("could not join the transaction");
    }

    @Test
    void lostBeforeCommitIsRolledBack() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        server.failNext("execute", ScriptedServer.lost());
        assertThatThrownBy(this::run).isInstanceOf(SQLException.class);
        resource.end(branch(), XAResource.TMFAIL);
        refuses(XAException.XA_RBROLLBACK, "lost before", () -> resource.commit(branch(), true));
        assertThat(events.errors).hasSize(1);
    }

    /** XAER_NOTA would mean that it was rolled back. */
    @Test
    void lostInCommitIsUnknownHoweverOftenItIsAsked() throws Exception {
        unit();
        server.failNext("commit", ScriptedServer.lost());
        refuses(XAException.XAER_RMFAIL, "only its data can tell", () -> resource.commit(branch(), true));
        assertThat(events.errors).hasSize(1);
        refuses(XAException.XAER_RMFAIL, "only its data can tell", () -> resource.commit(branch(), true));
        refuses(XAException.XAER_RMFAIL, "only its data can tell", () -> resource.rollback(branch()));
        refuses(XAException.XAER_RMFAIL, "only its data can tell", () -> resource.prepare(branch()));
        resource.forget(branch());
        refuses(XAException.XAER_NOTA, "nothing is prepared", () -> resource.rollback(branch()));
    }

    @Test
    void lostBeforeCommitIsRolledBackHoweverOftenItIsAsked() throws Exception {
        unit();
        server.failNext("execute", ScriptedServer.lost());
        assertThatThrownBy(this::run).isInstanceOf(SQLException.class);
        refuses(XAException.XA_RBROLLBACK, "lost before", () -> resource.commit(branch(), true));
        refuses(XAException.XA_RBROLLBACK, "lost before", () -> resource.prepare(branch()));
        resource.rollback(branch());
    }

    @Test
    void aRefusedRollbackMayBeAskedForAgain() throws Exception {
        unit();
        server.failNext("rollback", new SQLException("not now", "HY000", 1));
        refuses(XAException.XAER_RMFAIL, "not now", () -> resource.rollback(branch()));
        wire.drain();
        resource.rollback(branch());
        assertThat(wire.drain()).containsExactly("rollback()");
        assertUsable();
    }

    /** A member of a cluster that is leaving it says so of a transaction that the others may have. */
    @Test
    void aCommitThatFailsWhileTheMemberLeavesIsInDoubt() throws Exception {
        for (int code : new int[] {1180, 3100}) {
            unit();
            server.failNext("commit", new SQLException("Got error 6 during COMMIT", "HY000", code));
            refuses(XAException.XAER_RMFAIL, "only its data can tell", () -> resource.commit(branch(), true));
        }
    }

    /** Galera certifies at COMMIT: 1213, and the transaction is rolled back. */
    @Test
    void aCommitThatTheServerRefusesIsRolledBack() throws Exception {
        unit();
        server.failNext("commit", new SQLException("Deadlock found", "40001", 1213));
        refuses(XAException.XA_RBROLLBACK, "Deadlock found", () -> resource.commit(branch(), true));
        assertThat(wire.drain()).endsWith("commit()", "rollback()");
        assertUsable();
    }

    @Test
    void lostInRollbackIsRolledBack() throws Exception {
        unit();
        server.failNext("rollback", ScriptedServer.lost());
        resource.rollback(branch());
        assertThat(events.errors).hasSize(1);
    }

    @Test
    void whatCouldNotStartIsCompletedWithTheRest() throws Exception {
        managed.destroy();
        refuses(XAException.XAER_RMFAIL, "no connection", () -> resource.start(branch(), XAResource.TMNOFLAGS));
        resource.end(branch(), XAResource.TMSUCCESS);
        assertThat(resource.prepare(branch())).isEqualTo(XAResource.XA_RDONLY);
        refuses(XAException.XAER_RMFAIL, "no connection", () -> resource.start(branch(), XAResource.TMNOFLAGS));
        resource.commit(branch(), true);
    }

    @Test
    void managedTransactionsForbidTheApplicationToCommit() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        Connection connection = (Connection) managed.getConnection(null, null);
        assertThat(connection.getAutoCommit()).isFalse();
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        resource.rollback(branch());
        assertThat(connection.getAutoCommit()).isTrue();
    }
}
