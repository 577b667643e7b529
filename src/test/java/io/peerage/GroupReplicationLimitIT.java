/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.ReplicationGroup;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction over the group's size limit: the only primary must not be taken for dead. */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(180)
class GroupReplicationLimitIT {

    @AutoClose
    private static ReplicationGroup group;

    private static LocalPeer peer;

    @BeforeAll
    static void startGroupOfOne() throws Exception {
        group = ReplicationGroup.start(
                ReplicationGroup.Mode.SINGLE_PRIMARY, 1, "--loose-group-replication-transaction-size-limit=100000");
        peer = group.peer(1);
        peer.execute("CREATE TABLE shop.t (a INT, id INT AUTO_INCREMENT PRIMARY KEY);"
                + " CREATE TABLE shop.blobs (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB)");
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
