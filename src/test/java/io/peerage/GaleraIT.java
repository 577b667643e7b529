/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.GaleraCluster;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** A real Galera node, a cluster of one: it refuses XA, and takes queries only while it is ready. */
@EnabledIf("io.peerage.local.Facilities#galera")
@Timeout(120)
class GaleraIT {

    @AutoClose
    private static GaleraCluster cluster;

    private static LocalPeer node;

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final Branch branch = new Branch("global", "one");
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startNode() throws Exception {
        cluster = GaleraCluster.start(1);
        node = cluster.peer(1);
        node.execute("CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)");
    }

    @BeforeEach
    void configure() {
        node.execute("REPLACE INTO shop.t VALUES (1, 0)");
        factory = LocalFactories.create();
        factory.setPeers("galera@" + node.address());
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(1);
        factory.setAcquireTimeoutMillis(2_000);
    }

    @AfterEach
    void end() {
        log.close();
        LivePeers.stop(factory);
    }

    private static void update(ManagedConnection managed, int value) throws ResourceException, SQLException {
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = " + value)).isEqualTo(1);
        }
    }

    private static String value() {
        return node.execute("SELECT v FROM shop.t");
    }

    @Test
    void withTwoPhaseCommitItIsSaidOnceWhatToSet() throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        ManagedConnection second = factory.createManagedConnection(null, null);
        assertThat(log.with("PEERAGE-026"))
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .contains("peer galera cannot", "wsrep_on", "set TwoPhaseCommit to false for this pool"));
        assertThatThrownBy(() -> managed.getXAResource().start(branch, XAResource.TMNOFLAGS))
                .isInstanceOf(XAException.class)
                .hasMessageContaining("Galera");
        managed.cleanup();
        update(managed, 5);
        assertThat(value()).isEqualTo("5");
        managed.destroy();
        second.destroy();
    }

    @Test
    void withoutItTransactionsAreLocalOnes() throws Exception {
        factory.setTwoPhaseCommit(false);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        update(managed, 7);
        assertThat(value()).isEqualTo("0");
        resource.end(branch, XAResource.TMSUCCESS);
        resource.commit(branch, true);
        assertThat(value()).isEqualTo("7");

        managed.cleanup();
        resource.start(branch, XAResource.TMNOFLAGS);
        update(managed, 8);
        resource.end(branch, XAResource.TMSUCCESS);
        assertThatThrownBy(() -> resource.prepare(branch)).hasMessageContaining("TwoPhaseCommit is false");
        assertThat(value()).isEqualTo("7");
        assertThat(log.with("PEERAGE-026")).isEmpty();
        managed.destroy();
    }

    /** It answers SELECT 1 and pings then, and refuses every table with 1047. */
    @Test
    void aNodeThatRejectsQueriesIsLeftOut() throws Exception {
        PeerDataSource source = factory.createConnectionFactory();
        LivePeers.ask(source);
        node.execute("SET GLOBAL wsrep_reject_queries = ALL");
        try {
            LivePeers.awaitState(source, "galera", "down");
            assertThatThrownBy(() -> LivePeers.ask(source)).hasMessageContaining("wsrep_reject_queries is ALL");
        } finally {
            node.execute("SET GLOBAL wsrep_reject_queries = NONE");
        }
        LivePeers.awaitState(source, "galera", "up");
        LivePeers.ask(source);
    }

    /** As a donor, too: it follows slowly, and its clients wait for nobody else's sake. */
    @Test
    void aDesyncedNodeServesAsTheLastResort() throws Exception {
        PeerDataSource source = factory.createConnectionFactory();
        node.execute("SET GLOBAL wsrep_desync = ON");
        try {
            Patience.await(
                    "the node to be desynced",
                    () -> node.execute("SHOW STATUS WHERE Variable_name = 'wsrep_local_state'")
                            .endsWith("\t2"));
            for (int i = 0; i < 20; i++) {
                LivePeers.ask(source);
            }
            assertThat(LivePeers.status(source, "galera").state()).isEqualTo("last resort");
            assertThat(log.with("PEERAGE-019"))
                    .singleElement()
                    .satisfies(
                            line -> assertThat(line.getMessage()).contains("wsrep_local_state is 2 (Donor/Desynced)"));
        } finally {
            node.execute("SET GLOBAL wsrep_desync = OFF");
        }
        Patience.await("the node to serve like others", () -> {
            LivePeers.ask(source);
            return LivePeers.status(source, "galera").state().equals("up");
        });
        assertThat(log.with("PEERAGE-029")).hasSize(1);
    }

    @Test
    void aDesyncedNodeServesNothingWhileAnotherCan() throws Exception {
        try (LocalPeer other = LocalPeer.start("other")) {
            factory.setPeers("galera@" + node.address() + ",other@" + other.address());
            node.execute("SET GLOBAL wsrep_desync = ON");
            PeerDataSource source = factory.createConnectionFactory();
            for (int i = 0; i < 50; i++) {
                assertThat(LivePeers.ask(source)).isEqualTo(other.port());
            }
            other.kill();
            for (int i = 0; i < 50; i++) {
                assertThat(LivePeers.ask(source)).isEqualTo(node.port());
            }
        } finally {
            node.execute("SET GLOBAL wsrep_desync = OFF");
        }
    }

    /** The statement that meets the refusal is the application's to repeat; its peer is left out at once. */
    @Test
    void aRefusedTableTakesTheNodeOut() throws Exception {
        factory.setCheckIntervalSeconds(3_600);
        PeerDataSource source = factory.createConnectionFactory();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = 1")).isEqualTo(1);
            node.execute("SET GLOBAL wsrep_reject_queries = ALL");
            assertThatThrownBy(() -> statement.executeUpdate("UPDATE t SET v = 2"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(1047));
            assertThat(LivePeers.status(source, "galera").state()).isIn("down", "probing");
        } finally {
            node.execute("SET GLOBAL wsrep_reject_queries = NONE");
        }
    }
}
