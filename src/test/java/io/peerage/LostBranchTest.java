/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.Patience;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** The connection is lost in each phase of a branch: what the transaction manager hears, and what the server is told. */
class LostBranchTest extends BranchCase {

    @Test
    void lostInAStatement() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        Connection connection = handle();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
        wire.drain();
        resource.end(branch(), XAResource.TMFAIL);
        refuses(XAException.XA_RBROLLBACK, () -> resource.prepare(branch()));
        assertThat(wire.drain()).isEmpty();
        assertThat(events.errors).hasSize(1);
    }

    @Test
    void lostInAStatementAndCommittedAllTheSame() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        Connection connection = handle();
        server.failOn("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(connection)).isInstanceOf(SQLException.class);
        wire.drain();
        resource.end(branch(), XAResource.TMSUCCESS);
        refuses(XAException.XA_RBROLLBACK, () -> resource.commit(branch(), true));
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void lostBetweenEndAndPrepareIsRolledBack() throws Exception {
        startAndEnd();
        server.failOn("end", ScriptedServer.lost(XAException.XAER_RMFAIL));
        refuses(XAException.XA_RBROLLBACK, () -> resource.prepare(branch()));
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)");
        assertThat(events.errors).hasSize(1);
    }

    @Test
    void lostBetweenEndAndOnePhaseCommitIsRolledBack() throws Exception {
        startAndEnd();
        server.failOn("end", ScriptedServer.lost(XAException.XAER_RMFAIL));
        refuses(XAException.XA_RBROLLBACK, () -> resource.commit(branch(), true));
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)");
    }

    @Test
    void lostBetweenEndAndRollbackIsRolledBack() throws Exception {
        startAndEnd();
        server.failOn("end", ScriptedServer.lost(XAException.XAER_RMFAIL));
        resource.rollback(branch());
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)");
        assertThat(events.errors).hasSize(1);
    }

    /** What has not voted is rolled back, and nothing stays prepared, though the server did prepare it. */
    @Test
    void lostInPrepareIsRolledBackForGood() throws Exception {
        startAndEnd();
        server.prepared().put("g/1", branch());
        server.failOn("prepare", ScriptedServer.lost(XAException.XAER_RMFAIL));
        refuses(XAException.XA_RBROLLBACK, () -> resource.prepare(branch()));
        Patience.await("the branch to be rolled back", () -> server.prepared().isEmpty());
        assertThat(recovered()).contains("rollback(g/1)");
        resource.rollback(branch());
        assertThat(wire.drain()).startsWith("end(g/1, SUCCESS)", "prepare(g/1)").doesNotContain("rollback(g/1)");
        assertThat(events.errors).hasSize(1);
    }

    /** The peer dies while it prepares, and comes back with the branch prepared. */
    @Test
    void whatCannotBeRolledBackAtOnceIsRolledBackWhenThePeerReturns() throws Exception {
        startAndEnd();
        server.prepared().put("g/1", branch());
        server.failOn("prepare", ScriptedServer.lost(XAException.XAER_RMFAIL));
        server.failOn("getXAConnection", new SQLException("cannot connect", "08001"));
        refuses(XAException.XA_RBROLLBACK, () -> resource.prepare(branch()));
        assertThat(server.prepared()).hasSize(1);
        server.mend("getXAConnection");
        Patience.await("the branch to be rolled back", () -> server.prepared().isEmpty());
    }

    /** Returns what the connections of recovery, all but the first, have sent. */
    private List<String> recovered() {
        return server.connections().stream()
                .filter(connection -> connection != wire)
                .flatMap(connection -> connection.drain().stream())
                .filter(call -> !call.equals("close()") && !call.startsWith("isValid"))
                .toList();
    }

    @Test
    void aCommitThatDidNotArriveIsSentAgainOnceThePeerListsTheBranch() throws Exception {
        startAndEnd();
        resource.prepare(branch());
        server.failNext("commit", ScriptedServer.lost(XAException.XAER_RMFAIL));
        resource.commit(branch(), false);
        assertThat(wire.drain()).contains("prepare(g/1)", "commit(g/1, false)");
        assertThat(recovered()).containsExactly("recover(SCAN)", "commit(g/1, false)");
        assertThat(server.prepared()).isEmpty();
        assertThat(events.errors).hasSize(1);
    }

    @Test
    void aCommitWhoseAnswerWasLostIsNotSentAgain() throws Exception {
        startAndEnd();
        resource.prepare(branch());
        server.prepared().clear();
        server.failOn("commit", ScriptedServer.lost(XAException.XAER_RMFAIL));
        resource.commit(branch(), false);
        assertThat(recovered()).containsExactly("recover(SCAN)");
    }

    @Test
    void aRollbackWhoseAnswerWasLostIsDoneToo() throws Exception {
        startAndEnd();
        resource.prepare(branch());
        server.failNext("rollback", ScriptedServer.lost(XAException.XAER_RMFAIL));
        resource.rollback(branch());
        assertThat(recovered()).containsExactly("recover(SCAN)", "rollback(g/1)");
    }

    /** The connection goes while the transaction manager thinks: it is destroyed, and only then told to commit. */
    @Test
    void aBranchOutlivesItsDestroyedConnection() throws Exception {
        startAndEnd();
        resource.prepare(branch());
        managed.destroy();
        resource.commit(branch(), false);
        assertThat(recovered()).containsExactly("recover(SCAN)", "commit(g/1, false)");
    }

    /** Nothing was sent, and yet the branch is gone: somebody else finished it, nobody knows how. */
    @Test
    void aBranchThatSomebodyElseFinishedIsUnknown() throws Exception {
        startAndEnd();
        resource.prepare(branch());
        managed.destroy();
        server.prepared().clear();
        refuses(XAException.XAER_NOTA, () -> resource.commit(branch(), false));
    }

    @Test
    void aRollbackOfABranchThatIsGoneIsDone() throws Exception {
        startAndEnd();
        resource.prepare(branch());
        managed.destroy();
        server.prepared().clear();
        resource.rollback(branch());
    }

    /** Committed or not is unknown, so a rollback afterwards must not claim to have undone it. */
    @Test
    void lostInOnePhaseCommitIsInDoubt() throws Exception {
        startAndEnd();
        server.failOn("commit", ScriptedServer.lost(XAException.XAER_RMFAIL));
        refuses(XAException.XAER_RMFAIL, () -> resource.commit(branch(), true));
        refuses(XAException.XAER_RMFAIL, () -> resource.rollback(branch()));
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)", "commit(g/1, true)");
        assertThat(events.errors).hasSize(1);
    }

    /** MariaDB Connector/J answers 0. Narayana takes XAER_RMERR for a heuristic outcome. */
    @Test
    void aLostLinkIsRmfailWhateverTheDriverCallsIt() throws Exception {
        for (int code : new int[] {0, XAException.XAER_RMERR, XAException.XAER_NOTA, XAException.XA_RBROLLBACK}) {
            ManagedConnection own = server.factory().createManagedConnection(null, null);
            XAResource xa = own.getXAResource();
            xa.start(branch(), XAResource.TMNOFLAGS);
            xa.end(branch(), XAResource.TMSUCCESS);
            server.failOn("commit", ScriptedServer.lost(code));
            refuses(XAException.XAER_RMFAIL, () -> xa.commit(branch(), true));
            server.mend("commit");
            own.destroy();
        }
    }

    @Test
    void lostInStartIsMetOnAFreshConnectionFirst() throws Exception {
        server.failOn("start", ScriptedServer.lost(XAException.XAER_RMFAIL));
        refuses(XAException.XAER_RMFAIL, () -> resource.start(branch(), XAResource.TMNOFLAGS));
        assertThat(events.errors).hasSize(1);
        assertThat(((PeerManagedConnection) managed).slot().isLost()).isTrue();
    }
}
