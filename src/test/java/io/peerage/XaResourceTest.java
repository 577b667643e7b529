/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** Branches as transaction managers drive them, down to what the server is told. */
class XaResourceTest extends BranchCase {

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

    /** The server has rolled back but wants to hear it: MySQL Server Error Reference, 1614. */
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

    /** A member of a group that leaves it has rolled back, and the others may have committed: 3100, as measured. */
    @Test
    void aCommitInOnePhaseThatFailsWhileTheMemberLeavesIsInDoubt() throws Exception {
        startAndEnd();
        XAException leaving = new XAException("Error on observer while running replication hook");
        leaving.errorCode = XAException.XAER_RMERR;
        leaving.initCause(new SQLException(leaving.getMessage(), "HY000", 3100));
        server.failNext("commit", leaving);
        refuses(XAException.XAER_RMFAIL, () -> resource.commit(branch(), true));
        wire.drain();
        assertThatThrownBy(() -> resource.rollback(branch())).hasMessageContaining("only its data can tell");
        assertThat(wire.drain()).as("the server has forgotten the branch").isEmpty();
        managed.cleanup();
        assertThat(wire.isClosed()).isTrue();
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
