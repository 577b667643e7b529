/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.peerage.local.Facilities#mySql")
class MySqlIT {

    private static List<LocalPeer> peers;
    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peers = LocalPeer.startAll(Flavours.mySql(), 2);
        peer = peers.get(0);
    }

    @AfterAll
    static void close() {
        peers.forEach(LocalPeer::close);
    }

    @Test
    void isAsItIsInstalled() {
        assertThat(peer.execute("SELECT @@port, @@tls_version")).startsWith(peer.port() + "\tTLSv1.2");
        assertThat(peer.execute("SHOW GLOBAL STATUS LIKE 'Ssl_server_not_after'"))
                .as("its certificate")
                .contains("GMT");
        assertThat(peer.execute("SELECT plugin FROM mysql.user WHERE user = 'app'"))
                .isEqualTo("caching_sha2_password");
        assertThat(peer.execute("SHOW GRANTS FOR app@127.0.0.1"))
                .contains("GRANT ALL PRIVILEGES ON `shop`.*")
                .doesNotContain("XA_RECOVER_ADMIN");
    }

    @Test
    void twoAreNotTheSameServer() {
        assertThat(peer.execute("SELECT @@server_uuid"))
                .isNotEqualTo(peers.get(1).execute("SELECT @@server_uuid"));
        assertThat(peer.execute("SELECT @@tmpdir")).isNotEqualTo(peers.get(1).execute("SELECT @@tmpdir"));
    }

    @Test
    void reportsAFailedStatement() {
        assertThatThrownBy(() -> peer.execute("SELECT nonsense")).hasMessageContaining("Unknown column");
    }

    @Test
    void keepsPortAndDataAndABranchOverAKill() {
        peer.execute("CREATE TABLE shop.branch (id INT PRIMARY KEY)");
        peer.execute("XA START 'b'; INSERT INTO shop.branch VALUES (1); XA END 'b'; XA PREPARE 'b'");
        peer.kill();
        peer.restart();
        assertThat(peer.execute("SELECT @@port")).isEqualTo("" + peer.port());
        assertThat(peer.execute("XA RECOVER")).endsWith("b");
        peer.execute("XA COMMIT 'b'");
        assertThat(peer.execute("SELECT id FROM shop.branch")).isEqualTo("1");
    }

    @Test
    void canBeFrozen() {
        peer.freeze();
        assertThat(Greeting.arrivesFrom(peer.port())).isFalse();
        peer.thaw();
        assertThat(peer.execute("SELECT 1")).isEqualTo("1");
    }
}
