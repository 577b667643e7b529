/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Branches as transaction managers drive them, down to what the server is told. */
class XaResourceTest {

    private final ScriptedServer server = new ScriptedServer();
    private final RecordedEvents events = new RecordedEvents();
    private ManagedConnection managed;
    private XAResource resource;
    private ScriptedConnection wire;

    @BeforeEach
    void make() throws ResourceException {
        managed = server.factory().createManagedConnection(null, null);
        managed.addConnectionEventListener(events);
        resource = managed.getXAResource();
        wire = server.connections().get(0);
        wire.drain();
    }

    @AfterEach
    void end() throws ResourceException {
        managed.destroy();
        server.close();
    }

    private Connection handle() throws ResourceException {
        return (Connection) managed.getConnection(null, null);
    }

    /** The same branch each time, as a new object. */
    private static Branch branch() {
        return new Branch("g", "1");
    }

    private static void run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    private void startAndEnd() throws XAException {
        resource.start(branch(), XAResource.TMNOFLAGS);
        resource.end(branch(), XAResource.TMSUCCESS);
        wire.drain();
    }

    private static void refuses(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        XAException.class,
                        e -> assertThat(e.errorCode).as(e.getMessage()).isEqualTo(code));
    }

    /** The connection can serve another branch, and the application's own transactions. */
    private void assertUsable() throws Exception {
        wire.drain();
        managed.cleanup();
        resource.start(new Branch("g", "next"), XAResource.TMNOFLAGS);
        resource.end(new Branch("g", "next"), XAResource.TMSUCCESS);
        resource.commit(new Branch("g", "next"), true);
        assertThat(wire.drain())
                .containsExactly("start(g/next, NOFLAGS)", "end(g/next, SUCCESS)", "commit(g/next, true)");
        managed.cleanup();
        run(handle());
        assertThat(events.errors).isEmpty();
    }

    @Test
    void payaraTakesTheHandleFirst() throws Exception {
        Connection connection = handle();
        resource.start(branch(), XAResource.TMNOFLAGS);
        run(connection);
        connection.close();
        resource.end(branch(), XAResource.TMSUCCESS);
        resource.commit(branch(), true);
        assertThat(wire.drain())
                .containsExactly(
                        "start(g/1, NOFLAGS)",
                        "execute(SELECT 1)",
                        "closeStatement()",
                        "end(g/1, SUCCESS)",
                        "commit(g/1, true)");
        assertUsable();
    }

    @Test
    void wildFlyStartsFirst() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        Connection connection = handle();
        assertThat(connection.getAutoCommit()).isFalse();
        run(connection);
        resource.end(branch(), XAResource.TMSUCCESS);
        assertThat(resource.prepare(branch())).isEqualTo(XAResource.XA_OK);
        resource.commit(branch(), false);
        assertThat(wire.drain())
                .containsExactly(
                        "start(g/1, NOFLAGS)",
                        "execute(SELECT 1)",
                        "closeStatement()",
                        "end(g/1, SUCCESS)",
                        "prepare(g/1)",
                        "commit(g/1, false)");
        assertThat(connection.getAutoCommit()).isTrue();
        assertUsable();
    }

    @Test
    void rollsBackBeforeAndAfterPrepare() throws Exception {
        startAndEnd();
        resource.rollback(branch());
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)", "rollback(g/1)");
        startAndEnd();
        resource.prepare(branch());
        resource.rollback(branch());
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)", "prepare(g/1)", "rollback(g/1)");
        assertUsable();
    }

    /** A time-out rolls back what nobody has ended yet. */
    @Test
    void rollsBackAnActiveBranch() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        resource.rollback(branch());
        assertThat(wire.drain()).containsExactly("start(g/1, NOFLAGS)", "end(g/1, SUCCESS)", "rollback(g/1)");
        assertUsable();
    }

    @Test
    void suspendingAndJoiningSendNothing() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        wire.drain();
        resource.end(branch(), XAResource.TMSUSPEND);
        resource.start(branch(), XAResource.TMRESUME);
        resource.end(branch(), XAResource.TMSUCCESS);
        resource.start(branch(), XAResource.TMJOIN);
        resource.end(branch(), XAResource.TMSUSPEND);
        resource.end(branch(), XAResource.TMSUCCESS);
        assertThat(wire.drain()).isEmpty();
        resource.commit(branch(), true);
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)", "commit(g/1, true)");
        assertUsable();
    }

    /** WildFly sets it before each branch, TomEE after the start; neither server has one, so both keep their own. */
    @Test
    void timeOutsAreTheTransactionManagers() throws Exception {
        assertThat(resource.setTransactionTimeout(300)).isFalse();
        resource.start(branch(), XAResource.TMNOFLAGS);
        wire.drain();
        assertThat(resource.setTransactionTimeout(300)).isFalse();
        assertThat(resource.getTransactionTimeout()).isZero();
        assertThat(wire.drain()).isEmpty();
    }

    @Test
    void misuseIsAProtocolErrorAndSendsNothing() throws Exception {
        refuses(XAException.XAER_PROTO, () -> resource.end(branch(), XAResource.TMSUCCESS));
        refuses(XAException.XAER_PROTO, () -> resource.prepare(branch()));
        refuses(XAException.XAER_PROTO, () -> resource.start(branch(), XAResource.TMJOIN));
        refuses(XAException.XAER_PROTO, () -> resource.start(branch(), XAResource.TMRESUME));

        resource.start(branch(), XAResource.TMNOFLAGS);
        wire.drain();
        Branch other = new Branch("g", "2");
        refuses(XAException.XAER_PROTO, () -> resource.start(other, XAResource.TMNOFLAGS));
        refuses(XAException.XAER_PROTO, () -> resource.start(branch(), XAResource.TMJOIN));
        refuses(XAException.XAER_PROTO, () -> resource.end(other, XAResource.TMSUCCESS));
        refuses(XAException.XAER_PROTO, () -> resource.prepare(branch()));
        refuses(XAException.XAER_PROTO, () -> resource.commit(branch(), true));
        refuses(XAException.XAER_PROTO, () -> resource.commit(branch(), false));

        resource.end(branch(), XAResource.TMSUCCESS);
        refuses(XAException.XAER_PROTO, () -> resource.start(other, XAResource.TMNOFLAGS));
        refuses(XAException.XAER_PROTO, () -> resource.start(other, XAResource.TMJOIN));
        refuses(XAException.XAER_PROTO, () -> resource.commit(branch(), false));
        assertThat(wire.drain()).isEmpty();

        resource.prepare(branch());
        wire.drain();
        refuses(XAException.XAER_PROTO, () -> resource.prepare(branch()));
        refuses(XAException.XAER_PROTO, () -> resource.end(branch(), XAResource.TMSUCCESS));
        refuses(XAException.XAER_PROTO, () -> resource.commit(branch(), true));
        refuses(XAException.XAER_PROTO, () -> resource.start(branch(), XAResource.TMRESUME));
        assertThat(wire.drain()).isEmpty();
        resource.commit(branch(), false);
        assertUsable();
    }

    @Test
    void anOpenTransactionOfTheApplicationIsOutside() throws Exception {
        Connection connection = handle();
        connection.setAutoCommit(false);
        run(connection);
        wire.drain();
        assertThatThrownBy(() -> resource.start(branch(), XAResource.TMNOFLAGS))
                .hasMessageContaining("did not commit or roll back")
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_OUTSIDE));
        assertThat(wire.drain()).isEmpty();
        assertThat(events.errors).isEmpty();
        connection.rollback();
        resource.start(branch(), XAResource.TMNOFLAGS);
    }

    @Test
    void theApplicationCannotEndABranch() throws Exception {
        resource.start(branch(), XAResource.TMNOFLAGS);
        Connection connection = handle();
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(SQLException.class);
    }

    /** Only destroying the connection helps then: the branch must not reach the next user. */
    @Test
    void cleanupRefusesWhileABranchIsOpenAndDoesNotForgetIt() throws Exception {
        startAndEnd();
        assertThatThrownBy(managed::cleanup).isInstanceOf(ResourceException.class);
        resource.rollback(branch());
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)", "rollback(g/1)");
    }

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
        LivePeers.await("the branch to be rolled back", () -> server.prepared().isEmpty());
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
        LivePeers.await("the branch to be rolled back", () -> server.prepared().isEmpty());
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

    /** MariaDB's driver answers 0: facts/error-codes.md 1.5. Narayana takes XAER_RMERR for a heuristic outcome. */
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
    void noCodeAndRmerrAreRmfailOnALiveLinkToo() throws Exception {
        for (int code : new int[] {0, XAException.XAER_RMERR}) {
            startAndEnd();
            server.failOn("prepare", ScriptedServer.refused(code));
            refuses(XAException.XAER_RMFAIL, () -> resource.prepare(branch()));
            server.mend("prepare");
            wire.drain();
            resource.rollback(branch());
            assertThat(wire.drain()).as("ended once only").containsExactly("rollback(g/1)");
        }
        assertUsable();
    }

    @Test
    void anExceptionWithoutCauseOrMessageIsSortedToo() throws Exception {
        startAndEnd();
        server.failOn("prepare", new XAException(XAException.XAER_NOTA));
        refuses(XAException.XAER_NOTA, () -> resource.prepare(branch()));
        assertThat(events.errors).isEmpty();
    }

    @Test
    void lostInStartIsMetOnAFreshConnectionFirst() throws Exception {
        server.failOn("start", ScriptedServer.lost(XAException.XAER_RMFAIL));
        refuses(XAException.XAER_RMFAIL, () -> resource.start(branch(), XAResource.TMNOFLAGS));
        assertThat(events.errors).hasSize(1);
        assertThat(((PeerManagedConnection) managed).isLost()).isTrue();
    }

    /** TomEE only marks the transaction, and asks for a handle: what ran on it would not be rolled back. */
    @Test
    void nothingRunsOutsideATransactionThatDidNotStart() throws Exception {
        server.failOn("start", ScriptedServer.refused(XAException.XAER_DUPID));
        refuses(XAException.XAER_DUPID, () -> resource.start(branch(), XAResource.TMNOFLAGS));
        server.mend("start");

        assertThatThrownBy(this::handle)
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("could not join the transaction")
                .hasMessageContaining("the server refused");
        assertThat(events.errors).as("told to throw the connection away").hasSize(1);
        assertThat(wire.drain()).doesNotContain("execute(SELECT 1)");
    }

    /** Narayana tries again, with another name. */
    @Test
    void aSecondStartThatSucceedsMakesUpForTheFirst() throws Exception {
        server.failNext("start", ScriptedServer.refused(XAException.XAER_DUPID));
        refuses(XAException.XAER_DUPID, () -> resource.start(branch(), XAResource.TMNOFLAGS));
        resource.start(new Branch("g", "2"), XAResource.TMNOFLAGS);
        run(handle());
        resource.end(new Branch("g", "2"), XAResource.TMSUCCESS);
        resource.commit(new Branch("g", "2"), true);
        assertUsable();
    }

    @Test
    void aRefusedStartLeavesNothingBehind() throws Exception {
        server.failOn("start", ScriptedServer.refused(XAException.XAER_DUPID));
        refuses(XAException.XAER_DUPID, () -> resource.start(branch(), XAResource.TMNOFLAGS));
        server.mend("start");
        assertUsable();
    }

    /** The server has rolled back but wants to hear it: facts/error-codes.md 1.5, 1614. */
    @Test
    void aDeadlockIsRolledBackOnTheServerAndSaid() throws Exception {
        startAndEnd();
        server.failOn("end", ScriptedServer.refused(XAException.XA_RBDEADLOCK));
        refuses(XAException.XA_RBDEADLOCK, () -> resource.prepare(branch()));
        server.mend("end");
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)", "rollback(g/1)");
        assertUsable();
    }

    @Test
    void aDeadlockInOnePhaseIsRolledBackOnTheServerAndSaid() throws Exception {
        startAndEnd();
        server.failOn("end", ScriptedServer.refused(XAException.XA_RBDEADLOCK));
        refuses(XAException.XA_RBDEADLOCK, () -> resource.commit(branch(), true));
        server.mend("end");
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)", "rollback(g/1)");
        assertUsable();
    }

    @Test
    void rollingBackAfterADeadlockSucceeds() throws Exception {
        startAndEnd();
        server.failOn("end", ScriptedServer.refused(XAException.XA_RBDEADLOCK));
        resource.rollback(branch());
        server.mend("end");
        assertThat(wire.drain()).containsExactly("end(g/1, SUCCESS)", "rollback(g/1)");
        assertUsable();
    }

    @Test
    void aRefusedPrepareThatRolledBackIsOver() throws Exception {
        startAndEnd();
        server.failOn("prepare", ScriptedServer.refused(XAException.XA_RBROLLBACK));
        refuses(XAException.XA_RBROLLBACK, () -> resource.prepare(branch()));
        server.mend("prepare");
        assertUsable();
    }

    @Test
    void theMessageNamesTheBranchAsTheServerDoes() throws Exception {
        assertThatThrownBy(() -> resource.prepare(new Branch("gl", "br")))
                .hasMessageContaining("X'676c',X'6272',20549");
    }
}
