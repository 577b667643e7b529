/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.peerage.local.Facilities#postgreSql")
class PostgreSqlIT {

    @AutoClose
    private static LocalPeer peer;

    @BeforeAll
    static void start() {
        peer = LocalPeer.start(Flavours.postgreSql(), "under-test");
    }

    @Test
    void executesSqlAsItsAdministrator() {
        assertThat(peer.execute("SELECT 1, 'two'; SELECT inet_server_port()")).isEqualTo("1\ttwo\n" + peer.port());
        assertThatThrownBy(() -> peer.execute("SELECT nonsense")).hasMessageContaining("nonsense");
    }

    @Test
    void letsNobodyInWithAWrongPassword() {
        String url = "jdbc:postgresql://" + peer.address() + "/" + LocalPeer.DATABASE;
        assertThatThrownBy(() -> DriverManager.getConnection(url, LocalPeer.USER, "wrong"))
                .hasMessageContaining("password");
    }

    @Test
    void keepsABranchOverAKillAndEndsInOrderWithClientsOnIt() throws Exception {
        peer.execute("CREATE TABLE branch (id INT PRIMARY KEY)");
        peer.execute("BEGIN; INSERT INTO branch VALUES (1); PREPARE TRANSACTION 'b'");
        peer.kill();
        peer.restart();
        assertThat(peer.execute("SELECT gid FROM pg_prepared_xacts")).isEqualTo("b");
        peer.execute("COMMIT PREPARED 'b'");
        String url = "jdbc:postgresql://" + peer.address() + "/" + LocalPeer.DATABASE;
        try (var connection = DriverManager.getConnection(url, LocalPeer.USER, LocalPeer.PASSWORD)) {
            peer.restart();
            assertThat(connection.isValid(1)).isFalse();
        }
        assertThat(peer.execute("SELECT id FROM branch")).isEqualTo("1");
    }

    @Test
    void canBeFrozenWithAllItsProcesses() throws Exception {
        String url = "jdbc:postgresql://" + peer.address() + "/" + LocalPeer.DATABASE + "?socketTimeout=1";
        try (var connection = DriverManager.getConnection(url, LocalPeer.USER, LocalPeer.PASSWORD);
                var statement = connection.createStatement()) {
            peer.freeze();
            assertThatThrownBy(() -> statement.execute("SELECT 1")).hasMessageContaining("I/O error");
        } finally {
            peer.thaw();
        }
        assertThat(peer.execute("SELECT 1")).isEqualTo("1");
    }
}
