/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.Statement;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** What a unit of work costs, by the server's own count of statements: the application's two, and what is added. */
interface StatementCountContract extends Contract {

    int UNITS = 50;

    /** A unit of work. */
    @FunctionalInterface
    interface Unit {
        void run(ManagedConnection managed, int number) throws Exception;
    }

    @Test
    default void aUnitWithoutATransactionCostsWhatItSays() throws Exception {
        assertThat(count("autocommit unit", true, (managed, i) -> work(managed)))
                .isEqualTo(2 * UNITS);
    }

    @Test
    default void aLocalTransactionCostsACommit() throws Exception {
        long counted = count("local transaction", true, (managed, i) -> {
            managed.getLocalTransaction().begin();
            work(managed);
            managed.getLocalTransaction().commit();
        });
        assertThat(counted).isEqualTo((2 + costs().local()) * UNITS + costs().once());
    }

    @Test
    default void aOnePhaseBranchCostsNoMoreThanItsVerbs() throws Exception {
        assertThat(count("one-phase branch", true, StatementCountContract::onePhase))
                .isEqualTo((2 + costs().onePhase()) * UNITS);
    }

    @Test
    default void aTwoPhaseBranchCostsNoMoreThanItsVerbs() throws Exception {
        long counted = count("two-phase branch", true, (managed, i) -> {
            Branch branch = new Branch("global", "b" + i);
            managed.getXAResource().start(branch, XAResource.TMNOFLAGS);
            work(managed);
            managed.getXAResource().end(branch, XAResource.TMSUCCESS);
            managed.getXAResource().prepare(branch);
            managed.getXAResource().commit(branch, false);
        });
        assertThat(counted).isEqualTo((2 + costs().twoPhase()) * UNITS);
    }

    /** TwoPhaseCommit=false: what a local transaction costs. */
    @Test
    default void aGlobalTransactionAsALocalOneCostsACommit() throws Exception {
        assertThat(count("global transaction as a local one", false, StatementCountContract::onePhase))
                .isEqualTo((2 + costs().local()) * UNITS + costs().once());
    }

    private Dialect.Costs costs() {
        return site().dialect().costs();
    }

    private static void onePhase(ManagedConnection managed, int number) throws Exception {
        Branch branch = new Branch("global", "b" + number);
        managed.getXAResource().start(branch, XAResource.TMNOFLAGS);
        work(managed);
        managed.getXAResource().end(branch, XAResource.TMSUCCESS);
        managed.getXAResource().commit(branch, true);
    }

    private static void work(ManagedConnection managed) throws Exception {
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = v + 1 WHERE id = 1"))
                    .isEqualTo(1);
            assertThat(statement.execute("SELECT v FROM t")).isTrue();
        }
    }

    /** Runs units of two statements and returns how many statements the server counted for all. */
    private long count(String what, boolean twoPhaseCommit, Unit unit) throws Exception {
        PeerManagedConnectionFactory factory = site().at("hurt@" + site().hurt().address());
        // so that no check is counted
        factory.setCheckIntervalSeconds(86_400);
        factory.setTwoPhaseCommit(twoPhaseCommit);
        leftovers().add(() -> LivePeers.stop(factory));
        ManagedConnection managed = factory.createManagedConnection(null, null);
        leftovers().add(managed::destroy);
        // what the test before left must have said its goodbye
        site().awaitSessions(site().hurt(), 1);
        long asking = -statements() + statements();
        long before = statements();
        for (int i = 0; i < UNITS; i++) {
            unit.run(managed, i);
            managed.cleanup();
        }
        long counted = statements() - before - asking;
        System.out.printf(
                "statements per %s of 2 statements, %s with %s: %.2f%n",
                what, site().flavour(), site().driver(), (double) counted / UNITS);
        return counted;
    }

    private long statements() {
        return site().dialect().statements(site().hurt());
    }
}
