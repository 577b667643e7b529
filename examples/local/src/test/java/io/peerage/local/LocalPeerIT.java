/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalPeerIT {

    @AutoClose
    private LocalPeer peer;

    @BeforeAll
    void start() {
        peer = LocalPeer.start("under-test");
    }

    @Test
    void executesSqlAsRoot() {
        assertThat(peer.execute("SELECT 1, 'two'; SELECT @@port")).isEqualTo("1\ttwo\n" + peer.port());
        assertThat(peer.execute("SELECT user FROM mysql.user WHERE host = '127.0.0.1'"))
                .contains(LocalPeer.USER);
    }

    @Test
    void reportsAFailedStatement() {
        assertThatThrownBy(() -> peer.execute("SELECT nonsense"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Unknown column");
    }

    @Test
    void readsAStatusVariable() {
        assertThat(peer.status("Threads_connected")).isPositive();
        assertThatThrownBy(() -> peer.status("Threads%connected"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Threads%connected");
        assertThatThrownBy(() -> peer.status("Threads_confused")).hasMessageContaining("Threads_confused");
    }

    /** One that starts deletes those of all that share a folder with it. */
    @Test
    void keepsTemporaryTablesFromOthers() {
        try (LocalPeer other = LocalPeer.start("other")) {
            assertThat(peer.execute("SELECT @@tmpdir")).isNotEqualTo(other.execute("SELECT @@tmpdir"));
        }
    }

    @Test
    void allowsTwoHundredConnections() {
        assertThat(peer.execute("SELECT @@max_connections")).isEqualTo("200");
    }

    @Test
    void restartAfterKillKeepsPortAndData() {
        peer.execute("CREATE TABLE shop.kept (id INT PRIMARY KEY); INSERT INTO shop.kept VALUES (42)");
        int port = peer.port();
        long pid = peer.pid();

        peer.kill();
        assertThat(peer.isRunning()).isFalse();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThatThrownBy(() -> connect(port).close()).isInstanceOf(IOException.class);

        peer.restart();
        assertThat(peer.isRunning()).isTrue();
        assertThat(peer.pid()).isNotEqualTo(pid);
        assertThat(peer.execute("SELECT id FROM shop.kept; SELECT @@port")).isEqualTo("42\n" + port);
    }

    @Test
    void keepsAPreparedBranchOverAKill() {
        peer.execute("CREATE TABLE shop.branch (id INT PRIMARY KEY)");
        peer.execute("XA START 'b'; INSERT INTO shop.branch VALUES (1); XA END 'b'; XA PREPARE 'b'");
        peer.kill();
        peer.restart();
        assertThat(peer.execute("XA RECOVER")).endsWith("\tb");
        assertThat(peer.execute("XA COMMIT 'b'; SELECT id FROM shop.branch")).isEqualTo("1");
    }

    @Test
    void frozenServerIsSilentAndThawedOneAnswers() throws IOException {
        peer.freeze();
        try (Socket socket = connect(peer.port())) {
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(peer.isRunning()).isTrue();
            peer.thaw();
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).isPositive();
        }
    }

    @Test
    void restartWorksOnAFrozenServer() {
        long pid = peer.pid();
        peer.freeze();
        peer.restart();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(peer.execute("SELECT 1")).isEqualTo("1");
    }

    @Test
    void stopIsOrderlyAndRepeatable() {
        peer.stop();
        peer.stop();
        assertThat(peer.isRunning()).isFalse();
        peer.restart();
    }

    /** The port's other owner greets as a database does, and must not be taken for the server that cannot start. */
    @Test
    void isNotReadyWhenSomebodyElseHasItsPort() throws IOException {
        peer.stop();
        try (Impostor impostor = new Impostor(peer.port())) {
            assertThat(Greeting.arrivesFrom(impostor.port())).isTrue();
            assertThatThrownBy(peer::restart)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Address already in use");
        }
        peer.restart();
        assertThat(peer.execute("SELECT 1")).isEqualTo("1");
    }

    @Test
    void closeLeavesNoProcessAndNoFiles() {
        LocalPeer other = LocalPeer.start("other");
        long pid = other.pid();
        assertThat(other.hasFiles()).isTrue();
        other.freeze();
        other.close();
        other.close();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(other.hasFiles()).isFalse();
        assertThatThrownBy(other::restart).hasMessageContaining("other is closed");
    }

    @Test
    void extraOptionsWinAndWrongOnesAreExplained() {
        try (LocalPeer other = LocalPeer.start("small", "--max-connections=11")) {
            assertThat(other.execute("SELECT @@max_connections")).isEqualTo("11");
        }
        assertThatThrownBy(() -> LocalPeer.start("wrong", "--no-such-option=1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no-such-option");
    }

    @Test
    void refusesANameThatIsNoFileName() {
        assertThatThrownBy(() -> LocalPeer.start("../x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("../x");
    }

    @Test
    void startsSeveralAtOnce() {
        List<LocalPeer> peers = LocalPeer.startAll(3);
        try {
            assertThat(peers).extracting(LocalPeer::name).containsExactly("peer1", "peer2", "peer3");
            assertThat(peers).extracting(LocalPeer::port).doesNotHaveDuplicates();
            assertThat(peers).allSatisfy(each -> assertThat(each.address()).isEqualTo("127.0.0.1:" + each.port()));
            assertThat(peers).allMatch(LocalPeer::isRunning);
        } finally {
            peers.forEach(LocalPeer::close);
        }
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }
}
