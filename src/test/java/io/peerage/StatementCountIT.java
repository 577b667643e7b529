/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.Statement;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a unit of work costs, by the server's own count of statements: the application's, and what the adapter adds. */
@Timeout(120)
class StatementCountIT {

    private static final int UNITS = 100;

    private final LivePeers live = new LivePeers(1);
    private final LocalPeer peer = live.peer(1);
    private PeerManagedConnectionFactory factory;
    private ManagedConnection managed;

    /** A unit of work. */
    @FunctionalInterface
    private interface Unit {
        void run(int number) throws Exception;
    }

    @BeforeEach
    void make() throws Exception {
        peer.execute("CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)");
        peer.execute("INSERT INTO shop.t VALUES (1, 0)");
        factory = live.factory();
        // so that no check is counted
        factory.setCheckIntervalSeconds(86_400);
        managed = factory.createManagedConnection(null, null);
    }

    @AfterEach
    void end() throws Exception {
        managed.destroy();
        live.close();
    }

    private void work() throws Exception {
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = v + 1 WHERE id = 1"))
                    .isEqualTo(1);
            assertThat(statement.execute("SELECT v FROM t")).isTrue();
        }
    }

    /** Runs units of two statements and returns how many statements the server counted for all. */
    private long count(String what, Unit unit) throws Exception {
        long asking = -peer.status("Questions") + peer.status("Questions");
        long before = peer.status("Questions");
        for (int i = 0; i < UNITS; i++) {
            unit.run(i);
            managed.cleanup();
        }
        long counted = peer.status("Questions") - before - asking;
        System.out.printf("statements per %s of 2 statements: %.2f%n", what, (double) counted / UNITS);
        return counted;
    }

    @Test
    void aUnitWithoutATransactionCostsWhatItSays() throws Exception {
        assertThat(count("autocommit unit", i -> work())).isEqualTo(2 * UNITS);
    }

    @Test
    void aLocalTransactionCostsOneMore() throws Exception {
        long counted = count("local transaction", i -> {
            managed.getLocalTransaction().begin();
            work();
            managed.getLocalTransaction().commit();
        });
        // auto-commit is switched off once
        assertThat(counted).isEqualTo(3 * UNITS + 1);
        assertThat(peer.status("Com_commit")).isEqualTo(UNITS);
    }

    @Test
    void aOnePhaseBranchCostsThreeMore() throws Exception {
        long before = peer.status("Com_set_option");
        long counted = count("one-phase branch", i -> {
            Branch branch = new Branch("global", "b" + i);
            managed.getXAResource().start(branch, XAResource.TMNOFLAGS);
            work();
            managed.getXAResource().end(branch, XAResource.TMSUCCESS);
            managed.getXAResource().commit(branch, true);
        });
        assertThat(counted).isEqualTo(5 * UNITS);
        assertThat(peer.status("Com_xa_start")).isEqualTo(UNITS);
        assertThat(peer.status("Com_xa_end")).isEqualTo(UNITS);
        assertThat(peer.status("Com_xa_commit")).isEqualTo(UNITS);
        assertThat(peer.status("Com_xa_prepare")).isZero();
        assertThat(peer.status("Com_set_option")).isEqualTo(before);
    }

    @Test
    void aTwoPhaseBranchCostsFourMore() throws Exception {
        long counted = count("two-phase branch", i -> {
            Branch branch = new Branch("global", "b" + i);
            managed.getXAResource().start(branch, XAResource.TMNOFLAGS);
            work();
            managed.getXAResource().end(branch, XAResource.TMSUCCESS);
            managed.getXAResource().prepare(branch);
            managed.getXAResource().commit(branch, false);
        });
        assertThat(counted).isEqualTo(6 * UNITS);
    }

    /** TwoPhaseCommit=false: what a local transaction costs. */
    @Test
    void aGlobalTransactionAsALocalOneCostsOneMore() throws Exception {
        managed.destroy();
        factory.setTwoPhaseCommit(false);
        managed = factory.createManagedConnection(null, null);
        long counted = count("global transaction as a local one", i -> {
            Branch branch = new Branch("global", "b" + i);
            managed.getXAResource().start(branch, XAResource.TMNOFLAGS);
            work();
            managed.getXAResource().end(branch, XAResource.TMSUCCESS);
            managed.getXAResource().commit(branch, true);
        });
        // auto-commit is switched off once
        assertThat(counted).isEqualTo(3 * UNITS + 1);
        assertThat(peer.status("Com_xa_start")).isZero();
    }
}
