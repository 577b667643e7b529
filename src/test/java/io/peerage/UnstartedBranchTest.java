/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static io.peerage.XaRefusal.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Payara and GlassFish take a connection that was lost into the next transaction of the request, where it cannot start.
 * Simulated here; {@code OnePhaseContract} asks the servers themselves.
 */
class UnstartedBranchTest {

    private final ScriptedServer server = new ScriptedServer();
    private final List<ManagedConnection> all = new ArrayList<>();

    @AfterEach
    void end() throws ResourceException {
        for (ManagedConnection managed : all) {
            managed.destroy();
        }
        server.close();
    }

    /** Keeps what could not start, as the transaction manager of Payara and GlassFish does, and starts the rest. */
    private static final class Transaction {

        private final Map<XAResource, Xid> branches = new LinkedHashMap<>();
        private final List<XAResource> registered = new ArrayList<>();

        void enlist(XAResource resource) throws XAException {
            for (XAResource first : registered) {
                if (resource.isSameRM(first)) {
                    Xid xid = branches.get(first);
                    branches.put(resource, xid);
                    resource.start(xid, XAResource.TMJOIN);
                    return;
                }
            }
            Xid xid = new Branch("g", String.valueOf(registered.size()));
            registered.add(resource);
            branches.put(resource, xid);
            resource.start(xid, XAResource.TMNOFLAGS);
        }

        void enlistLost(ManagedConnection managed) throws ResourceException {
            XAResource lost = managed.getXAResource();
            refuses(XAException.XAER_RMFAIL, () -> enlist(lost));
        }

        /** Ends what has started; what has not is not told. */
        void end(ManagedConnection managed) throws Exception {
            XAResource resource = managed.getXAResource();
            resource.end(branches.get(resource), XAResource.TMSUCCESS);
        }

        void commit() throws XAException {
            if (registered.size() == 1) {
                registered.get(0).commit(branches.get(registered.get(0)), true);
                return;
            }
            List<XAResource> prepared = new ArrayList<>();
            for (XAResource resource : registered) {
                if (resource.prepare(branches.get(resource)) == XAResource.XA_OK) {
                    prepared.add(resource);
                }
            }
            for (XAResource resource : prepared) {
                resource.commit(branches.get(resource), false);
            }
        }

        void rollback() throws XAException {
            for (XAResource resource : registered) {
                resource.rollback(branches.get(resource));
            }
        }
    }

    private ManagedConnection make(boolean twoPhase) throws ResourceException {
        PeerManagedConnectionFactory factory = server.factory();
        factory.setTwoPhaseCommit(twoPhase);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        all.add(managed);
        return managed;
    }

    private ManagedConnection lost(boolean twoPhase) throws ResourceException {
        ManagedConnection managed = make(twoPhase);
        managed.destroy();
        return managed;
    }

    private ScriptedConnection wire() {
        ScriptedConnection wire = server.connections().get(server.connections().size() - 1);
        wire.drain();
        return wire;
    }

    private static void run(ManagedConnection managed) throws Exception {
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theNextTransactionOfOnePhaseIsCommitted(boolean lostFromTwoPhasePool) throws Exception {
        Transaction transaction = new Transaction();
        transaction.enlistLost(lost(lostFromTwoPhasePool));
        ManagedConnection sound = make(false);
        ScriptedConnection wire = wire();
        transaction.enlist(sound.getXAResource());
        run(sound);
        transaction.end(sound);

        transaction.commit();

        assertThat(wire.drain()).endsWith("commit()");
        assertUsable(sound, wire);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theNextTransactionOfOnePhaseIsRolledBack(boolean lostFromTwoPhasePool) throws Exception {
        Transaction transaction = new Transaction();
        transaction.enlistLost(lost(lostFromTwoPhasePool));
        ManagedConnection sound = make(false);
        ScriptedConnection wire = wire();
        transaction.enlist(sound.getXAResource());
        run(sound);
        transaction.end(sound);

        transaction.rollback();

        assertThat(wire.drain()).endsWith("rollback()");
        assertUsable(sound, wire);
    }

    private static void assertUsable(ManagedConnection managed, ScriptedConnection wire) throws Exception {
        managed.cleanup();
        Transaction next = new Transaction();
        next.enlist(managed.getXAResource());
        run(managed);
        next.end(managed);
        next.commit();
        assertThat(wire.drain()).endsWith("commit()");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void manyThatWereLostAreOneBranchWithIt(int before) throws Exception {
        Transaction transaction = new Transaction();
        ManagedConnection sound = make(false);
        ScriptedConnection wire = wire();
        for (int i = 0; i < before; i++) {
            transaction.enlistLost(lost(i == 1));
        }
        transaction.enlist(sound.getXAResource());
        for (int i = before; i < 3; i++) {
            transaction.enlistLost(lost(i == 1));
        }
        run(sound);
        transaction.end(sound);

        transaction.commit();

        assertThat(wire.drain()).endsWith("commit()");
        assertUsable(sound, wire);
    }

    @Test
    void theOneAtWorkIsRolledBackWhereAnotherWasLost() throws Exception {
        Transaction transaction = new Transaction();
        ManagedConnection sound = make(false);
        ScriptedConnection wire = wire();
        transaction.enlist(sound.getXAResource());
        transaction.enlistLost(lost(false));
        run(sound);
        transaction.end(sound);

        transaction.rollback();

        assertThat(wire.drain()).endsWith("rollback()");
        assertUsable(sound, wire);
    }

    /** What became of the transaction that it was lost in has been told. */
    @ParameterizedTest
    @CsvSource({"false, execute", "false, commit", "true, execute", "true, commit"})
    void theOneThatWasLostMayHaveLostATransaction(boolean twoPhase, String call) throws Exception {
        Transaction earlier = new Transaction();
        ManagedConnection dead = make(twoPhase);
        earlier.enlist(dead.getXAResource());
        server.failNext(call, call.equals("commit") && twoPhase ? lostInXa() : ScriptedServer.lost());
        try {
            run(dead);
        } catch (SQLException lost) {
            assertThat(call).isEqualTo("execute");
        }
        earlier.end(dead);
        assertThatThrownBy(earlier::commit).isInstanceOf(XAException.class);
        Transaction transaction = new Transaction();
        ManagedConnection sound = make(false);
        ScriptedConnection wire = wire();
        transaction.enlist(sound.getXAResource());
        transaction.enlistLost(dead);
        run(sound);
        transaction.end(sound);

        transaction.commit();

        assertThat(wire.drain()).endsWith("commit()");
    }

    private static Exception lostInXa() {
        return ScriptedServer.lost(XAException.XAER_RMFAIL);
    }

    /**
     * Other transaction managers ask those that take part already about a new one. Their work is not joined, also once
     * they are lost with it.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatTakesPartIsTheSameAsNoOther(boolean twoPhase) throws Exception {
        ManagedConnection known = make(twoPhase);
        XAResource asked = known.getXAResource();
        asked.start(new Branch("g", "0"), XAResource.TMNOFLAGS);
        XAResource idle = make(false).getXAResource();
        XAResource dead = lost(false).getXAResource();
        XAResource atWork = make(false).getXAResource();
        atWork.start(new Branch("g", "1"), XAResource.TMNOFLAGS);
        List<XAResource> others = List.of(idle, dead, atWork);
        assertThat(others).noneMatch(other -> same(asked, other));

        known.destroy();
        assertThat(others).noneMatch(other -> same(asked, other));
        assertThat(same(idle, asked)).isFalse();
        assertThat(same(dead, idle)).isFalse();
        asked.end(new Branch("g", "0"), XAResource.TMSUCCESS);
        assertThat(others).noneMatch(other -> same(asked, other));
    }

    private static boolean same(XAResource asked, XAResource other) {
        try {
            return asked.isSameRM(other);
        } catch (XAException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void onlyOneJoins() throws Exception {
        Transaction transaction = new Transaction();
        ManagedConnection dead = lost(false);
        transaction.enlistLost(dead);
        XAResource first = make(false).getXAResource();
        XAResource second = make(false).getXAResource();
        assertThat(first.isSameRM(dead.getXAResource())).isTrue();
        assertThat(second.isSameRM(dead.getXAResource())).isTrue();
        first.start(new Branch("g", "0"), XAResource.TMJOIN);

        refuses(XAException.XAER_PROTO, () -> second.start(new Branch("g", "0"), XAResource.TMJOIN));
    }

    /** What the one that joined refuses to complete is there to be completed yet. */
    @Test
    void itIsNotForgottenBeforeItIsCompleted() throws Exception {
        Transaction transaction = new Transaction();
        transaction.enlistLost(lost(false));
        ManagedConnection sound = make(false);
        ScriptedConnection wire = wire();
        transaction.enlist(sound.getXAResource());
        run(sound);
        assertThatThrownBy(transaction::commit)
                .as("before its end")
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_PROTO));

        transaction.rollback();

        assertThat(wire.drain()).endsWith("rollback()");
        assertUsable(sound, wire);
    }

    /** A branch that nobody joined holds nothing. */
    @Test
    void withoutASoundOneThereIsNothingToDo() throws Exception {
        Transaction committed = new Transaction();
        committed.enlistLost(lost(false));
        committed.commit();
        Transaction undone = new Transaction();
        undone.enlistLost(lost(false));
        undone.rollback();
    }

    /** Two that work are two, whether or not one of them has joined a branch that never began. */
    @Test
    void twoThatWorkAreStillRefused() throws Exception {
        Transaction transaction = new Transaction();
        transaction.enlistLost(lost(false));
        ManagedConnection first = make(false);
        ScriptedConnection wire = wire();
        ManagedConnection second = make(false);
        ScriptedConnection other = wire();
        transaction.enlist(first.getXAResource());
        transaction.enlist(second.getXAResource());
        run(first);
        run(second);
        transaction.end(first);
        transaction.end(second);

        assertThatThrownBy(transaction::commit)
                .hasMessageContaining("TwoPhaseCommit is false")
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XA_RBROLLBACK));

        assertThat(wire.drain()).endsWith("rollback()").doesNotContain("commit()");
        assertThat(other.drain()).doesNotContain("commit()");
    }

    /** One that has work of its own is not taken for a branch to join. */
    @Test
    void onlyWhatNeverBeganIsJoined() throws Exception {
        ManagedConnection first = make(false);
        ManagedConnection second = make(false);
        XAResource one = first.getXAResource();
        XAResource two = second.getXAResource();
        assertThat(two.isSameRM(one)).isFalse();
        one.start(new Branch("g", "0"), XAResource.TMNOFLAGS);
        assertThat(two.isSameRM(one)).isFalse();
        refuses(XAException.XAER_PROTO, () -> two.start(new Branch("g", "0"), XAResource.TMJOIN));
        one.end(new Branch("g", "0"), XAResource.TMSUCCESS);
        assertThat(two.isSameRM(one)).isFalse();
        one.commit(new Branch("g", "0"), true);
        assertThat(two.isSameRM(one)).isFalse();
    }

    /** Nothing is joined that was not asked about, or under another name. */
    @Test
    void onlyTheBranchAskedAboutIsJoined() throws Exception {
        Transaction transaction = new Transaction();
        ManagedConnection dead = lost(false);
        transaction.enlistLost(dead);
        XAResource sound = make(false).getXAResource();
        assertThat(sound.isSameRM(dead.getXAResource())).isTrue();
        refuses(XAException.XAER_PROTO, () -> sound.start(new Branch("g", "other"), XAResource.TMJOIN));
        assertThatThrownBy(() -> sound.start(new Branch("g", "0"), XAResource.TMJOIN))
                .as("not asked about since")
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_PROTO));
    }

    @Test
    void theOneThatJoinedMayBeLostToo() throws Exception {
        Transaction transaction = new Transaction();
        transaction.enlistLost(lost(false));
        ManagedConnection second = make(false);
        transaction.enlist(second.getXAResource());
        server.failNext("execute", ScriptedServer.lost());
        assertThatThrownBy(() -> run(second)).isInstanceOf(SQLException.class);
        transaction.end(second);

        refuses(XAException.XA_RBROLLBACK, transaction::commit);
    }
}
