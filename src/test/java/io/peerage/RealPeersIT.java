/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.connect.AllPeersDownException;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The adapter on three real servers that are killed, frozen, filled up and locked, under a last-in-first-out pool. */
@Timeout(120)
@Tag("timed")
class RealPeersIT {

    @AutoClose
    private static LivePeers live;

    @AutoClose
    private final LifoContainer container = new LifoContainer(6);

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
    }

    @BeforeEach
    void mend() {
        live.mend();
    }

    private PeerDataSource pool() throws Exception {
        return pool(live.factory());
    }

    private PeerDataSource pool(PeerManagedConnectionFactory factory) throws Exception {
        return container.fill(factory, 6).dataSource(factory);
    }

    /** The ancestor's promise: queries distributed over the peers at random and equally, by any pool. */
    @Test
    void onePeerServesAThirdOfOneThreadsQueries() throws Exception {
        PeerDataSource source = pool();
        Map<String, Integer> shares = live.shares(source, 6_000);
        System.out.println("shares of 6,000 autocommit queries from one thread: " + shares);
        assertThat(shares).hasSize(3);
        assertThat(shares.values()).allSatisfy(count -> assertThat(count).isBetween(1_820, 2_180));
        assertThat(container.created()).as("connections opened").isEqualTo(6);
    }

    /** The ancestor's promise: failure of a peer is transparent to the application, and it comes back by itself. */
    @Test
    void aKilledPeerIsLeftOutWithoutAnErrorAndComesBack() throws Exception {
        PeerDataSource source = pool();
        live.shares(source, 100);
        live.peer(2).kill();
        Map<String, Integer> without = live.shares(source, 300);
        assertThat(without).containsOnlyKeys("peer1", "peer3");
        assertThat(LivePeers.status(source, "peer2").state()).isIn("down", "probing");
        live.peer(2).restart();
        LivePeers.awaitState(source, "peer2", "up");
        Patience.await("peer2 to be dealt again", () -> live.shares(source, 10).containsKey("peer2") || opens(source));
    }

    /** Opens one connection more than there are, which goes where there are fewest. */
    private boolean opens(PeerDataSource source) throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                held.add(source.getConnection());
            }
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
        return false;
    }

    @Test
    void aFrozenPeerHoldsUpNobodyLongerThanTheConnectBound() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        LivePeers.ask(factory.createConnectionFactory());
        live.peer(1).freeze();
        PeerDataSource source = factory.createConnectionFactory();
        long worst = 0;
        for (int i = 0; i < 30; i++) {
            long began = System.nanoTime();
            LivePeers.ask(source);
            worst = Math.max(worst, System.nanoTime() - began);
        }
        System.out.println("worst request while one peer of three is frozen: " + NANOSECONDS.toMillis(worst) + " ms");
        // one request finds out, at the bound of the connect; a second one may have met it at the same moment
        assertThat(NANOSECONDS.toMillis(worst)).isLessThan(1_000 + 1_000);
        // peers are asked while there is a connection
        try (Connection open = source.getConnection()) {
            // one silence is a suspicion, two in a row take it out
            LivePeers.awaitState(source, "peer1", "down");
            live.peer(1).thaw();
            LivePeers.awaitState(source, "peer1", "up");
            assertThat(open.isClosed()).isFalse();
        }
    }

    @Test
    void whenAllAreDownTheErrorNamesEveryPeerItsCauseAndItsNextCheck() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setWhenAllDown("fail");
        PeerDataSource source = pool(factory);
        live.peers.forEach(LocalPeer::kill);
        SQLException failure = catchThrowableOfType(SQLException.class, () -> LivePeers.ask(source));
        assertThat(failure.getMessage())
                .contains("peer1 is ", "peer2 is ", "peer3 is ", "next check in ")
                .doesNotContain(LocalPeer.PASSWORD + "'");
        assertThat(failure.getSQLState()).isEqualTo("08001");
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        assertThat(root).isInstanceOf(AllPeersDownException.class);
        assertThat(root.getSuppressed()).hasSize(3);
    }

    @Test
    void whenAllAreDownARequestWaitsForTheFirstOneToComeBack() throws Exception {
        PeerDataSource source = pool();
        live.peers.forEach(LocalPeer::kill);
        Thread restart = new Thread(() -> live.peer(3).restart());
        restart.start();
        assertThat(live.name(LivePeers.ask(source))).isEqualTo("peer3");
        restart.join();
    }

    @Test
    void aWrongPasswordOnOnePeerLeavesTheOthersServing() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setPeers(
                "good@" + live.peer(1).address() + ",locked@" + live.peer(2).address() + "?password=wrong");
        PeerDataSource source = pool(factory);
        for (int i = 0; i < 50; i++) {
            assertThat(LivePeers.ask(source)).isEqualTo(live.peer(1).port());
        }
        PeerStatus locked = LivePeers.status(source, "locked");
        assertThat(locked.state()).isEqualTo("refusing");
        assertThat(locked.cause()).contains("Access denied").doesNotContain("wrong");
    }

    @Test
    void aWrongPasswordEverywhereIsSaidAtOnceWithTheServersOwnState() {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setPassword("wrong-secret");
        assertThatThrownBy(() -> factory.createConnectionFactory().getConnection())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Access denied")
                .hasMessageNotContaining("wrong-secret")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("28000");
    }

    /** What Connector/J makes of a secret that is not in its URL: it takes it, and shows it to nobody. */
    @Test
    void theUrlThatAnApplicationCanReadHasNoSecrets() throws Exception {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setConnectionProperties("trustCertificateKeyStorePassword=t0psecret");
        try (Connection connection = pool(factory).getConnection()) {
            assertThat(connection.getMetaData().getURL())
                    .startsWith("jdbc:mysql://")
                    .doesNotContain("t0psecret", "password=");
        }
    }

    @Test
    void anUnknownDatabaseIsSaidAtOnce() {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setDatabaseName("nowhere");
        assertThatThrownBy(() -> factory.createConnectionFactory().getConnection())
                .hasMessageContaining("nowhere")
                .extracting(e -> ((SQLException) e).getErrorCode())
                // 1049 for a user who may see every database, 1044 for one who may not
                .isIn(1044, 1049);
    }

    @Test
    void aFullPeerIsPassedOverAndNotTakenForDead() throws Exception {
        live.peer(1).execute("SET GLOBAL max_connections = 10");
        List<Connection> hogs = new ArrayList<>();
        try {
            PeerManagedConnectionFactory only = live.factory();
            only.setPeers("full@" + live.peer(1).address());
            only.setWhenAllDown("fail");
            PeerDataSource hog = only.createConnectionFactory();
            Patience.await("all places to be taken", () -> {
                // A check of another pool holds a place for a moment, and leaves it free.
                takeWhatIsFree(hog, hogs);
                return hogs.size() == 10
                        && LivePeers.status(hog, "full").state().equals("refusing");
            });
            PeerManagedConnectionFactory factory = live.factory();
            PeerDataSource source = pool(factory);
            for (int i = 0; i < 20; i++) {
                assertThat(live.name(LivePeers.ask(source))).isNotEqualTo("peer1");
            }
            assertThat(LivePeers.status(source, "peer1").state()).isEqualTo("refusing");
        } finally {
            for (Connection connection : hogs) {
                connection.close();
            }
        }
        live.peer(1).execute("SET GLOBAL max_connections = 200");
    }

    private static void takeWhatIsFree(PeerDataSource source, List<Connection> taken) {
        assertThatThrownBy(() -> {
                    while (true) {
                        taken.add(source.getConnection());
                    }
                })
                .isInstanceOf(SQLException.class);
    }

    /** What the idle socket tells costs no statement: the servers count none but the application's own. */
    @Test
    void aKilledSessionIsReplacedUnseenAndWithoutAPing() throws Exception {
        PeerDataSource source = pool();
        live.shares(source, 60);
        for (LocalPeer peer : live.peers) {
            peer.execute("SELECT CONCAT('KILL ', id, ';') INTO @kills FROM information_schema.processlist"
                    + " WHERE user = 'app' LIMIT 1; PREPARE k FROM @kills; EXECUTE k");
        }
        assertThat(live.shares(source, 60)).isNotEmpty();
        assertThat(source.peers()).allSatisfy(peer -> assertThat(peer.state()).isIn("up", "suspected"));
    }

    @Test
    void aLostConnectionInUseIsTheOnlyErrorThatTheApplicationSees() throws Exception {
        PeerDataSource source = pool();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            int port = LivePeers.ask(source);
            assertThat(port).isPositive();
            long id;
            try (var row = statement.executeQuery("SELECT CONNECTION_ID(), @@port")) {
                row.next();
                id = row.getLong(1);
                port = row.getInt(2);
            }
            live.peer(Integer.parseInt(live.name(port).substring(4))).execute("KILL " + id);
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThat(live.shares(source, 30)).isNotEmpty();
    }
}
