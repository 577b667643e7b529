/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.Flavour;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What befalls a user whom requests name, while units of work of the pool's own user run on both peers: those see
 * nothing of it, and no peer changes its state.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NamedUsersContract {

    /** Lines that say that something was noticed about a peer. */
    private static final Set<String> HEALTH = Set.of(
            "PEERAGE-010",
            "PEERAGE-011",
            "PEERAGE-012",
            "PEERAGE-013",
            "PEERAGE-014",
            "PEERAGE-015",
            "PEERAGE-016",
            "PEERAGE-019",
            "PEERAGE-027",
            "PEERAGE-029");

    List<LocalPeer> peers = List.of();
    private String group = "";
    private RecordedLog log = new RecordedLog("");
    private LifoContainer container = new LifoContainer(1);
    PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();

    abstract Flavour flavour();

    /** What the driver must be told for these servers. */
    String properties() {
        return "";
    }

    @BeforeAll
    void startServers() {
        peers = LocalPeer.startAll(flavour(), 2);
    }

    @AfterAll
    void stopServers() {
        peers.forEach(LocalPeer::close);
    }

    @BeforeEach
    void begin() {
        peers.forEach(peer -> peer.execute("CREATE USER 'eve'@'127.0.0.1' IDENTIFIED BY 'eve';"
                + " GRANT ALL PRIVILEGES ON shop.* TO 'eve'@'127.0.0.1'"));
        group = "pool-" + UUID.randomUUID();
        log.close();
        log = new RecordedLog(group);
        container = new LifoContainer(40);
        factory = new PeerManagedConnectionFactory();
        factory.setPeers(
                "peer1@" + peers.get(0).address() + ",peer2@" + peers.get(1).address());
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setPassword(LocalPeer.PASSWORD);
        factory.setConnectionProperties(properties());
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(1);
        factory.setRebalancePerSecond(20);
    }

    @AfterEach
    void end() {
        container.close();
        log.close();
        for (LocalPeer peer : peers) {
            if (!peer.isRunning()) {
                peer.restart();
            }
            peer.execute("DROP USER 'eve'@'127.0.0.1'");
        }
    }

    private void each(String sql) {
        peers.forEach(peer -> peer.execute(sql));
    }

    private List<String> healthLines() {
        return log.all().stream()
                .map(record -> record.getMessage())
                .filter(line -> HEALTH.contains(line.substring(0, line.indexOf(' '))))
                .toList();
    }

    /** Units of work of the pool's own user, on both peers all the time. */
    private PacedLoad others(PeerDataSource source) throws Exception {
        container.fill(factory, 8);
        PacedLoad load = PacedLoad.start(4, () -> ask(source.getConnection()));
        for (LocalPeer peer : peers) {
            load.awaitShare(peer.port(), 1 / 2.0);
        }
        return load;
    }

    private void assertNobodySaw(PacedLoad load, PeerDataSource source) throws Exception {
        for (LocalPeer peer : peers) {
            load.awaitShare(peer.port(), 1 / 2.0);
        }
        assertThat(load.errors()).isEmpty();
        assertThat(healthLines()).isEmpty();
        assertThat(source.peers()).allSatisfy(peer -> assertThat(peer.state()).isEqualTo("up"));
    }

    /** Returns the port of the server, and gives the connection back. */
    private static int ask(Connection given) throws SQLException {
        try (Connection connection = given;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@port")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    private static void pass(long seconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Patience.await(seconds + " s to pass", () -> System.nanoTime() - end >= 0);
    }

    @Test
    void aWrongPassword() throws Exception {
        PeerDataSource source = container.dataSource(factory);
        try (PacedLoad load = others(source)) {
            for (int i = 0; i < 30; i++) {
                long began = System.nanoTime();
                assertThatThrownBy(() -> source.getConnection("eve", "wrong-secret"))
                        .hasMessageContaining("every peer of " + group + " refused")
                        .hasMessageNotContaining("wrong-secret")
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isEqualTo("28000");
                assertThat(System.nanoTime() - began).as("nobody waits").isLessThan(TimeUnit.SECONDS.toNanos(5));
            }
            assertNobodySaw(load, source);
        }
    }

    /** Her connections live, and are due to be renewed; the one peer lets her in no more. */
    @Test
    void aPasswordThatWasChangedOnOnePeerWhileConnectionsAreRenewed() throws Exception {
        factory.setMaxLifetimeSeconds(1);
        factory.setCheckIntervalSeconds(30);
        PeerDataSource source = container.dataSource(factory);
        try (PacedLoad load = others(source)) {
            hold(source, 8);
            LocalPeer hurt = peers.get(0);
            hurt.execute("ALTER USER 'eve'@'127.0.0.1' IDENTIFIED BY 'new'");
            long before = hurt.status("Aborted_connects");
            pass(8);
            long failed = hurt.status("Aborted_connects") - before;
            System.out.println(flavour() + ": " + failed + " failed logins in 8 s");
            assertThat(failed).isBetween(1L, 5L);
            for (int i = 0; i < 20; i++) {
                assertThat(ask(source.getConnection("eve", "eve"))).isPositive();
            }
            hurt.execute("ALTER USER 'eve'@'127.0.0.1' IDENTIFIED BY 'eve'");
            assertNobodySaw(load, source);
        }
    }

    /** Holds connections of eve's at the same time and gives them back; returns the ports they lead to. */
    private List<Integer> hold(PeerDataSource source, int count) throws SQLException {
        List<Connection> held = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(source.getConnection("eve", "eve"));
        }
        for (Connection connection : held) {
            ports.add(ask(connection));
        }
        return ports;
    }

    @Test
    void anAccountThatIsLockedOnOnePeer() throws Exception {
        PeerDataSource source = container.dataSource(factory);
        try (PacedLoad load = others(source)) {
            peers.get(0).execute("ALTER USER 'eve'@'127.0.0.1' ACCOUNT LOCK");
            assertThat(hold(source, 8)).containsOnly(peers.get(1).port());
            peers.get(0).execute("ALTER USER 'eve'@'127.0.0.1' ACCOUNT UNLOCK");
            Patience.await(
                    "a connection of eve's to move to the peer that lets her in again",
                    () -> hold(source, 8).contains(peers.get(0).port()));
            assertNobodySaw(load, source);
        }
    }

    @Test
    void anAccountThatIsLockedOnAllPeers() throws Exception {
        PeerDataSource source = container.dataSource(factory);
        try (PacedLoad load = others(source)) {
            each("ALTER USER 'eve'@'127.0.0.1' ACCOUNT LOCK");
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> source.getConnection("eve", "eve"))
                        .hasMessageContaining("every peer of " + group + " refused");
            }
            assertNobodySaw(load, source);
        }
    }

    @Test
    void aLimitOfItsConnections() throws Exception {
        peers.get(0).execute("ALTER USER 'eve'@'127.0.0.1' WITH MAX_USER_CONNECTIONS 1");
        PeerDataSource source = container.dataSource(factory);
        try (PacedLoad load = others(source)) {
            assertThat(hold(source, 8).stream()
                            .filter(port -> port == peers.get(0).port()))
                    .hasSizeLessThanOrEqualTo(1);
            assertNobodySaw(load, source);
        }
    }

    @Test
    void noRights() throws Exception {
        each("REVOKE ALL PRIVILEGES ON shop.* FROM 'eve'@'127.0.0.1'");
        PeerDataSource source = container.dataSource(factory);
        try (PacedLoad load = others(source)) {
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> source.getConnection("eve", "eve")).hasMessageContaining("refused");
            }
            assertNobodySaw(load, source);
        }
    }

    /** Nobody else uses the pool, and a peer dies and returns. */
    @Test
    void whereNobodyElseIsThereAPeerThatDiesIsLeftOutAndComesBack() throws Exception {
        PeerDataSource source = container.dataSource(factory);
        hold(source, 6);
        LocalPeer hurt = peers.get(0);
        hurt.kill();
        Patience.await("peer1 to be down", () -> {
            assertThat(hold(source, 6)).containsOnly(peers.get(1).port());
            return LivePeers.status(source, "peer1").state().equals("down");
        });
        hurt.restart();
        Patience.await("peer1 to serve eve again", () -> hold(source, 6).contains(hurt.port()));
    }
}
