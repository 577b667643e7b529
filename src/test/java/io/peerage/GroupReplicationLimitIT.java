/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peerage.local.Facilities;
import io.peerage.local.Flavour;
import io.peerage.local.LocalPeer;
import io.peerage.local.Ports;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction over the group's size limit: the only primary must not be taken for dead. */
@Timeout(180)
class GroupReplicationLimitIT {

    private static LocalPeer peer;

    @BeforeAll
    static void startGroupOfOne() {
        assumeTrue(Facilities.mySql(), "there is no MySQL server");
        int groupPort = Ports.free();
        peer = LocalPeer.start(
                Flavour.mySql(),
                "group",
                "--performance-schema=ON",
                "--report-host=127.0.0.1",
                "--plugin-load-add=group_replication.so",
                "--loose-group-replication-group-name=" + UUID.randomUUID(),
                "--loose-group-replication-start-on-boot=OFF",
                "--loose-group-replication-local-address=127.0.0.1:" + groupPort,
                "--loose-group-replication-group-seeds=127.0.0.1:" + groupPort,
                "--loose-group-replication-ip-allowlist=127.0.0.1/8",
                "--loose-group-replication-transaction-size-limit=100000");
        peer.execute("SET sql_log_bin = 0; CREATE USER repl@'%' IDENTIFIED BY 'repl';"
                + " GRANT REPLICATION SLAVE, BACKUP_ADMIN, CONNECTION_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO repl@'%';"
                + " SET sql_log_bin = 1");
        peer.execute("RESET BINARY LOGS AND GTIDS;"
                + " CHANGE REPLICATION SOURCE TO SOURCE_USER = 'repl', SOURCE_PASSWORD = 'repl'"
                + " FOR CHANNEL 'group_replication_recovery'");
        peer.execute("SET GLOBAL group_replication_bootstrap_group = ON; START GROUP_REPLICATION;"
                + " SET GLOBAL group_replication_bootstrap_group = OFF");
        peer.execute("CREATE TABLE shop.t (a INT, id INT AUTO_INCREMENT PRIMARY KEY);"
                + " CREATE TABLE shop.blobs (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB)");
    }

    @AfterAll
    static void stop() {
        if (peer != null) {
            peer.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aTransactionOverTheLimitFailsAndNothingElse(String driver) throws Exception {
        // a group takes no table without a key, so t has one here
        try (ObservedUnit unit = ErrorServer.MYSQL.unit(peer, driver, "", "INSERT INTO t (a) VALUES (7)")) {
            unit.execute("INSERT INTO blobs (b) VALUES (REPEAT('x', 1000000))");
            Throwable thrown = unit.after(Connection::commit);
            assertThat(thrown)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(3100));
            unit.connection().rollback();
            unit.execute("DELETE FROM t");
            unit.execute("INSERT INTO t (a) VALUES (7)");
            unit.goesOn(driver);
        }
    }
}
