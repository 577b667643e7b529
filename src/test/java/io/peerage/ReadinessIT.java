/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Facilities;
import io.peerage.local.Flavour;
import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server that lets users in and takes no writes, beside one that does: the application sees no error, and the log
 * says why the first one is out. One that had better not serve does so only while it is alone.
 */
@Timeout(120)
class ReadinessIT {

    private static final int INSERTS = 200;

    private final String group = "pool-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(group);

    @AutoClose
    private final LifoContainer container = new LifoContainer(4);

    private final PeerManagedConnectionFactory factory = LocalFactories.create();

    private static Flavour flavour(String name) {
        if (name.equals("mariadb")) {
            return Flavours.mariaDb();
        }
        Assumptions.assumeTrue(Facilities.mySql(), "there is no MySQL server");
        return Flavours.mySql();
    }

    private PeerDataSource pool(String peers) throws Exception {
        factory.setPeers(peers);
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(1);
        factory.setAcquireTimeoutMillis(5_000);
        return container.fill(factory, 4).dataSource(factory);
    }

    private static int failedInserts(PeerDataSource source) {
        int failed = 0;
        for (int i = 0; i < INSERTS; i++) {
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("INSERT INTO t VALUES ()")).isEqualTo(1);
            } catch (SQLException e) {
                failed++;
            }
        }
        return failed;
    }

    @ParameterizedTest
    @CsvSource({
        "mariadb, --innodb-read-only=ON, innodb_read_only is ON",
        "mariadb, --innodb-force-recovery=5, innodb_force_recovery is 5",
        "mariadb, --read-only=ON, read_only is ON",
        "mysql, --innodb-read-only=ON, innodb_read_only is ON",
        "mysql, --innodb-force-recovery=1, innodb_force_recovery is 1",
        "mysql, --super-read-only=ON, super_read_only is ON",
        "mysql, --offline-mode=ON, offline mode"
    })
    void oneThatTakesNoWritesIsLeftOut(String server, String option, String reason) throws Exception {
        try (LocalPeer writer = LocalPeer.start(flavour(server), "writer");
                LocalPeer other = LocalPeer.start(flavour(server), "other", option)) {
            writer.execute("CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY)");
            PeerDataSource source = pool("other@" + other.address() + ",writer@" + writer.address());
            int failed = failedInserts(source);
            System.out.println(server + " " + option + ": " + failed + " of " + INSERTS + " inserts failed");
            assertThat(failed).isZero();
            LivePeers.awaitState(source, "other", "down");
            // It is said right after the state has changed.
            Patience.await("the reason", () -> !log.with("PEERAGE-010").isEmpty());
            assertThat(log.with("PEERAGE-010"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).contains("other", reason));
        }
    }

    /** MariaDB writes with a low innodb_force_recovery, to save its data. */
    @ParameterizedTest
    @CsvSource("mariadb, --innodb-force-recovery=1, innodb_force_recovery is 1")
    void oneThatHadBetterNotServesAlone(String server, String option, String reason) throws Exception {
        try (LocalPeer writer = LocalPeer.start(flavour(server), "writer");
                LocalPeer other = LocalPeer.start(flavour(server), "other", option)) {
            writer.execute("CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY)");
            other.execute("CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY)");
            PeerDataSource source = pool("other@" + other.address() + ",writer@" + writer.address());
            assertThat(failedInserts(source)).isZero();
            assertThat(other.execute("SELECT COUNT(*) FROM shop.t")).isEqualTo("0");
            assertThat(log.with("PEERAGE-019"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).contains("other", reason));
            writer.kill();
            LivePeers.awaitState(source, "writer", "down");
            assertThat(failedInserts(source)).isZero();
            assertThat(other.execute("SELECT COUNT(*) FROM shop.t")).isEqualTo(String.valueOf(INSERTS));
        }
    }
}
