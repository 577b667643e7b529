/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real primary and its replica, which lists the primary's branches as its own: XA PREPARE is in the binary log. */
@Timeout(120)
class ReplicationIT {

    private static LocalPeer primary;
    private static LocalPeer replica;

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final Branch branch = new Branch("global", "one");
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPair() {
        primary = LocalPeer.start("primary", "--log-bin=log", "--binlog-format=ROW");
        replica = LocalPeer.start("replica", "--log-bin=log", "--binlog-format=ROW", "--log-slave-updates");
        primary.execute("CREATE USER 'copy'@'127.0.0.1' IDENTIFIED BY 'copy'");
        primary.execute("GRANT REPLICATION SLAVE ON *.* TO 'copy'@'127.0.0.1'");
        replica.execute("CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=" + primary.port()
                + ", MASTER_USER='copy', MASTER_PASSWORD='copy', MASTER_LOG_FILE='log.000001', MASTER_LOG_POS=4,"
                + " MASTER_SSL=0");
        replica.execute("START SLAVE");
    }

    @AfterAll
    static void stopPair() {
        primary.close();
        replica.close();
    }

    @BeforeEach
    void configure() throws Exception {
        primary.execute("CREATE OR REPLACE TABLE shop.t (id INT PRIMARY KEY, v INT)");
        primary.execute("INSERT INTO shop.t VALUES (1, 0)");
        awaitOnReplica("SELECT v FROM shop.t", "0");
        factory = LocalFactories.create();
        // a name of its own sorts the replica first, so that the order decides nothing
        factory.setPeers("replica@" + replica.address() + ",primary@" + primary.address());
        factory.setGroupName(group);
        factory.setRecoveryWaitSeconds(0);
    }

    @AfterEach
    void end() {
        log.close();
        LivePeers.stop(factory);
        replica.execute("SET GLOBAL read_only = OFF");
    }

    private static void awaitOnReplica(String sql, String answer) throws Exception {
        try {
            Patience.await(
                    "the replica to answer " + answer,
                    () -> answerOfReplica(sql).equals(answer));
        } catch (AssertionError e) {
            throw new AssertionError(replica.execute("SHOW SLAVE STATUS"), e);
        }
    }

    private static String answerOfReplica(String sql) {
        try {
            return replica.execute(sql);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Prepares the branch on the primary, on a pool of its own, as before a crash of the server. */
    private void prepareOnPrimary() throws Exception {
        PeerManagedConnectionFactory before = LocalFactories.create();
        before.setPeers("primary@" + primary.address());
        ManagedConnection managed = before.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = 7")).isEqualTo(1);
        }
        resource.end(branch, XAResource.TMSUCCESS);
        resource.prepare(branch);
        managed.destroy();
        LivePeers.stop(before);
        Patience.await(
                "the replica to list the branch",
                () -> replica.execute("XA RECOVER").contains("globalone"));
        assertThat(primary.execute("XA RECOVER")).contains("globalone");
    }

    private XAResource fresh() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        managed.destroy();
        return resource;
    }

    private static long scanned(XAResource resource) throws XAException {
        return Arrays.stream(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .map(Branch::of)
                .filter(found -> found.toString().equals("global/one"))
                .count();
    }

    private void assertCommittedByReplication() throws Exception {
        assertThat(primary.execute("XA RECOVER")).isEmpty();
        awaitOnReplica("SELECT v FROM shop.t", "7");
        Patience.await(
                "the replica to follow", () -> replica.execute("XA RECOVER").isEmpty());
        assertThat(replica.execute("SHOW SLAVE STATUS\\G"))
                .as("both threads of the replication run")
                .contains("\nYes\nYes\n");
        assertThat(log.with("PEERAGE-025")).isEmpty();
    }

    @Test
    void aBranchThatItsReplicaListsTooIsFinishedAtItsOrigin() throws Exception {
        replica.execute("SET GLOBAL read_only = ON");
        prepareOnPrimary();
        XAResource resource = fresh();
        assertThat(scanned(resource)).isEqualTo(1);
        resource.commit(branch, false);
        assertCommittedByReplication();
    }

    @Test
    void alsoOnAConnectionThatListedNothing() throws Exception {
        replica.execute("SET GLOBAL read_only = ON");
        prepareOnPrimary();
        fresh().commit(branch, false);
        assertCommittedByReplication();
    }

    /** Nothing tells the replica from the primary then, and finishing the branch on the replica would end replication. */
    @Test
    void nothingIsGuessedIfTheReplicaTakesWrites() throws Exception {
        prepareOnPrimary();
        XAResource resource = fresh();
        assertThat(scanned(resource)).isEqualTo(1);
        assertThat(log.with("PEERAGE-025")).hasSize(1);
        assertThatThrownBy(() -> resource.commit(branch, false))
                .hasMessageContaining("listed by [replica, primary]")
                .hasMessageContaining("read-only")
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
        assertThat(primary.execute("XA RECOVER")).contains("globalone");
        // what the message says
        replica.execute("SET GLOBAL read_only = ON");
        resource.commit(branch, false);
        assertThat(primary.execute("XA RECOVER")).isEmpty();
        awaitOnReplica("SELECT v FROM shop.t", "7");
    }
}
