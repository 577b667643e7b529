/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool under load whose file of peers is rewritten. */
@Timeout(180)
class PeersFileIT {

    @AutoClose
    private static LivePeers live;

    @TempDir
    Path folder;

    private final LifoContainer container = new LifoContainer(12);
    private final RecordedLog log = new RecordedLog("rewritten");
    private Path file;
    private PeerManagedConnectionFactory factory;
    private PeerDataSource source;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
    }

    @BeforeEach
    void fill() throws Exception {
        live.mend();
        file = folder.resolve("peers.properties");
        write(block(1) + block(2));
        factory = live.factory();
        factory.setPeers("");
        factory.setPeersFile(file.toString());
        factory.setRebalancePerSecond(20);
        factory.setGroupName("rewritten");
        source = container.fill(factory, 12).dataSource(factory);
    }

    @AfterEach
    void close() {
        container.close();
        log.close();
        for (LocalPeer peer : live.peers) {
            password(peer, LocalPeer.PASSWORD);
        }
    }

    private static String block(int number) {
        LocalPeer peer = live.peer(number);
        return peer.name() + ".host=127.0.0.1\n" + peer.name() + ".port=" + peer.port() + "\n";
    }

    private static void password(LocalPeer peer, String password) {
        peer.execute("ALTER USER 'app'@'127.0.0.1' IDENTIFIED BY '" + password + "'");
    }

    private static int sessions(LocalPeer peer) {
        String count = peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app'");
        return Integer.parseInt(count.replaceAll("[^0-9]", ""));
    }

    private void write(String text) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private PacedLoad load() {
        return PacedLoad.start(8, () -> LivePeers.ask(source));
    }

    private List<String> names() throws Exception {
        return source.peers().stream().map(PeerStatus::name).toList();
    }

    @Test
    void anAddedPeerGetsItsShare() throws Exception {
        try (PacedLoad load = load()) {
            load.awaitShare(live.peer(1).port(), 1 / 2.0);
            write(block(1) + block(2) + block(3));
            load.awaitShare(live.peer(3).port(), 1 / 3.0);
            assertThat(names()).containsExactly("peer1", "peer2", "peer3");
            assertThat(load.errors()).isEmpty();
        }
    }

    @Test
    void aRemovedPeerIsLeftWithoutAnError() throws Exception {
        try (PacedLoad load = load()) {
            load.awaitShare(live.peer(2).port(), 1 / 2.0);
            write(block(1));
            Patience.await("the sessions on peer2 to end", () -> sessions(live.peer(2)) == 0);
            Patience.await("the list to be short", () -> names().equals(List.of("peer1")));
            long served = load.served(live.peer(2).port());
            load.awaitMore(300);
            assertThat(load.served(live.peer(2).port())).isEqualTo(served);
            assertThat(load.errors()).isEmpty();
        }
        PeerControl control = source.unwrap(PeerControl.class);
        assertThatThrownBy(() -> control.drain("peer2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no peer is named peer2, there are peer1");
    }

    @Test
    void aPeerThatReturnsToTheFileServesAgain() throws Exception {
        try (PacedLoad load = load()) {
            write(block(1));
            Patience.await("the sessions on peer2 to end", () -> sessions(live.peer(2)) == 0);
            write(block(1) + block(2));
            load.awaitShare(live.peer(2).port(), 1 / 2.0);
            assertThat(load.errors()).isEmpty();
        }
    }

    /** What runs on it finishes. */
    @Test
    void aRemovedPeerFinishesWhatRunsOnIt() throws Exception {
        PeerControl control = source.unwrap(PeerControl.class);
        control.drain("peer1");
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1");
            write(block(1));
            control.resume("peer1");
            Patience.await(
                    "peer2 to be leaving",
                    () -> LivePeers.status(source, "peer2").state().equals("removed"));
            assertThat(control.awaitNoConnections("peer2", Duration.ofMillis(300)))
                    .isFalse();
            try (var row = statement.executeQuery("SELECT @@port")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(live.peer(2).port());
            }
            connection.commit();
        }
        try (PacedLoad load = load()) {
            Patience.await("peer2 to be gone", () -> names().equals(List.of("peer1")));
            assertThat(sessions(live.peer(2))).isZero();
            assertThat(load.errors()).isEmpty();
        }
    }

    @Test
    void aNewWeightCounts() throws Exception {
        try (PacedLoad load = load()) {
            load.awaitShare(live.peer(1).port(), 1 / 2.0);
            long units = LivePeers.status(source, "peer1").units();
            write(block(1) + "peer1.weight=3\n" + block(2));
            load.awaitShare(live.peer(1).port(), 3 / 4.0);
            assertThat(LivePeers.status(source, "peer1").units())
                    .as("it is the same peer, with its counts")
                    .isGreaterThan(units);
            assertThat(load.errors()).isEmpty();
        }
    }

    /** The servers first, then the file: sessions that are there go on, new ones log in with the new password. */
    @Test
    void aRotatedPasswordCostsNoError() throws Exception {
        write(block(1) + "peer1.password=app\n" + block(2) + "peer2.password=app\n");
        try (PacedLoad load = load()) {
            load.awaitMore(300);
            password(live.peer(1), "new");
            password(live.peer(2), "new");
            LivePeers.awaitState(source, "peer1", "refusing");
            int before = sessions(live.peer(1)) + sessions(live.peer(2));
            write(block(1) + "peer1.password=new\n" + block(2) + "peer2.password=new\n");
            LivePeers.awaitState(source, "peer1", "up");
            LivePeers.awaitState(source, "peer2", "up");
            load.awaitMore(300);
            assertThat(before).isPositive();
            // A kill makes room for a connection, which needs the new password.
            live.peer(1).stop();
            live.peer(1).restart();
            int errors = load.errors().size();
            load.awaitShare(live.peer(1).port(), 1 / 2.0);
            assertThat(load.errors()).hasSize(errors);
            assertThat(errors)
                    .as("what was on the wire when the server stopped")
                    .isLessThanOrEqualTo(8);
        }
    }

    /** Nobody loses a working connection to a password. */
    @Test
    void aRotatedPasswordKeepsConnectionsThatWork() throws Exception {
        String before = live.peer(1).execute("SELECT MIN(id) FROM information_schema.processlist WHERE user = 'app'");
        password(live.peer(1), "new");
        password(live.peer(2), "new");
        LivePeers.awaitState(source, "peer1", "refusing");
        write(block(1) + "peer1.password=new\n" + block(2) + "peer2.password=new\n");
        LivePeers.awaitState(source, "peer1", "up");
        assertThat(live.peer(1).execute("SELECT MIN(id) FROM information_schema.processlist WHERE user = 'app'"))
                .isEqualTo(before);
    }

    @Test
    void changedDriverPropertiesReachTheConnectionsThatRest() throws Exception {
        write(block(1) + "peer1.sessionVariables=max_sp_recursion_depth=7\n" + block(2)
                + "peer2.sessionVariables=max_sp_recursion_depth=7\n");
        Patience.await("the new value in twelve units in a row", () -> {
            for (int i = 0; i < 12; i++) {
                try (var connection = source.getConnection();
                        var statement = connection.createStatement();
                        var row = statement.executeQuery("SELECT @@max_sp_recursion_depth")) {
                    if (!row.next() || row.getInt(1) != 7) {
                        return false;
                    }
                }
            }
            return true;
        });
    }

    /** In place and in two pieces, as an editor or a copy over a slow network does it. */
    @Test
    void aHalfWrittenFileChangesNothingAndIsReportedOnce() throws Exception {
        try (PacedLoad load = load()) {
            load.awaitMore(100);
            Files.writeString(file, block(1) + "peer2.ho");
            Patience.await("the report", () -> log.with("PEERAGE-031").size() == 1);
            load.awaitMore(300);
            assertThat(names()).containsExactly("peer1", "peer2");
            Files.delete(file);
            load.awaitMore(300);
            write(block(1) + block(2) + block(3));
            Patience.await("the third peer", () -> names().size() == 3);
            // the line follows the change that it tells of
            Patience.await(
                    "the report that the file is good again",
                    () -> log.with("PEERAGE-032").size() == 1);
            assertThat(load.errors()).isEmpty();
        }
    }

    @Test
    void aDrainAfterARewriteMeetsTheOldConnections() throws Exception {
        PeerControl before = source.unwrap(PeerControl.class);
        try (PacedLoad load = load()) {
            load.awaitShare(live.peer(1).port(), 1 / 2.0);
            write(block(1) + "peer1.weight=2\n" + block(2) + block(3));
            for (PeerControl control : List.of(source.unwrap(PeerControl.class), before)) {
                control.drain("peer1");
                assertThat(control.awaitNoConnections("peer1", Duration.ofSeconds(20)))
                        .as("all connections have left")
                        .isTrue();
                assertThat(sessions(live.peer(1))).isZero();
                control.resume("peer1");
                load.awaitMore(300);
            }
            assertThat(load.errors()).isEmpty();
        }
    }
}
