/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Ports;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The states of a member of MySQL's Group Replication, asked by a user with rights on its own database only, and with
 * performance_schema off: each is told, and no statement hangs. A group of two, which has a majority only together.
 */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(180)
class GroupMemberIT {

    private static final List<LocalPeer> members = new ArrayList<>();

    private final String group = "pool-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(group);

    @AutoClose
    private final LifoContainer container = new LifoContainer(2);

    private final PeerManagedConnectionFactory factory = LocalFactories.create();

    @BeforeAll
    static void startGroup() throws Exception {
        String name = UUID.randomUUID().toString();
        List<Integer> ports = List.of(Ports.free(), Ports.free());
        for (int port : ports) {
            members.add(LocalPeer.start(
                    Flavours.mySql(),
                    "member" + (members.size() + 1),
                    "--performance-schema=OFF",
                    "--report-host=127.0.0.1",
                    "--plugin-load-add=group_replication.so",
                    "--loose-group-replication-group-name=" + name,
                    "--loose-group-replication-start-on-boot=OFF",
                    "--loose-group-replication-local-address=127.0.0.1:" + port,
                    "--loose-group-replication-group-seeds=127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1),
                    "--loose-group-replication-ip-allowlist=127.0.0.1/8",
                    "--loose-group-replication-recovery-get-public-key=ON",
                    "--loose-group-replication-single-primary-mode=OFF",
                    "--loose-group-replication-enforce-update-everywhere-checks=ON"));
        }
        for (LocalPeer member : members) {
            member.execute("SET sql_log_bin = 0; CREATE USER repl@'%' IDENTIFIED BY 'repl'; GRANT REPLICATION SLAVE,"
                    + " BACKUP_ADMIN, CONNECTION_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO repl@'%';"
                    + " SET sql_log_bin = 1; RESET BINARY LOGS AND GTIDS;"
                    + " CHANGE REPLICATION SOURCE TO SOURCE_USER = 'repl', SOURCE_PASSWORD = 'repl'"
                    + " FOR CHANNEL 'group_replication_recovery'");
        }
        first().execute("SET GLOBAL group_replication_bootstrap_group = ON; START GROUP_REPLICATION;"
                + " SET GLOBAL group_replication_bootstrap_group = OFF;"
                + " CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY)");
        second().execute("START GROUP_REPLICATION");
        awaitTwoOnline();
    }

    private static LocalPeer first() {
        return members.get(0);
    }

    private static LocalPeer second() {
        return members.get(1);
    }

    private static void awaitTwoOnline() throws Exception {
        Patience.await(
                "both to be ONLINE",
                () -> first().execute(
                                "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE member_state = 'ONLINE'")
                        .equals("2"));
    }

    @AfterAll
    static void stop() {
        members.forEach(LocalPeer::close);
    }

    @BeforeEach
    void configure() {
        factory.setPeers("member1@" + first().address());
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(1);
        factory.setAcquireTimeoutMillis(2_000);
    }

    private static void insert(PeerDataSource source) throws Exception {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO t VALUES ()")).isEqualTo(1);
        }
    }

    /** It answers reads and says that it takes writes; a commit would hang. */
    @Test
    void aMemberThatLostTheMajorityIsLeftOutAndComesBackWithIt() throws Exception {
        PeerDataSource source = container.fill(factory, 2).dataSource(factory);
        insert(source);
        second().freeze();
        try {
            LivePeers.awaitState(source, "member1", "down");
            assertThat(first().execute("SELECT @@super_read_only, @@read_only")).isEqualTo("0\t0");
            assertThatThrownBy(() -> insert(source)).hasMessageContaining("has lost the majority");
        } finally {
            second().thaw();
        }
        LivePeers.awaitState(source, "member1", "up");
        insert(source);
    }

    /** The group takes some seconds to know; what was sent in between hangs, and would until the majority is back. */
    @Test
    void aWriteThatHangsThereIsEnded() throws Exception {
        factory.setHungAfterMillis(1_000);
        PeerDataSource source = container.fill(factory, 2).dataSource(factory);
        insert(source);
        second().freeze();
        try {
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Thread writer = new Thread(() -> ended.complete(catchThrowable(() -> insert(source))), "writer");
            writer.start();
            LivePeers.awaitState(source, "member1", "down");
            long millis = Patience.await("the write to end", ended::isDone);
            System.out.println("a write without the majority ended " + millis + " ms after its member was down");
            assertThat(ended.join())
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
        } finally {
            second().thaw();
        }
        LivePeers.awaitState(source, "member1", "up");
        insert(source);
    }

    /** As after a restart without START GROUP_REPLICATION: what it writes would be its own, and keep it from joining. */
    @Test
    void aMemberThatIsOfflineIsLeftOutAlsoIfItTakesWrites() throws Exception {
        PeerDataSource source = container.fill(factory, 2).dataSource(factory);
        insert(source);
        first().execute("STOP GROUP_REPLICATION; SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF");
        try {
            LivePeers.awaitState(source, "member1", "down");
            assertThatThrownBy(() -> insert(source)).hasMessageContaining("is not ONLINE");
        } finally {
            first().execute("START GROUP_REPLICATION");
        }
        awaitTwoOnline();
        LivePeers.awaitState(source, "member1", "up");
        insert(source);
    }

    @Test
    void whoMayReadTheMembersIsToldTheState() throws Exception {
        first().execute("GRANT SELECT ON performance_schema.replication_group_members TO '" + LocalPeer.USER
                + "'@'127.0.0.1'");
        try {
            PeerDataSource source = container.fill(factory, 2).dataSource(factory);
            second().freeze();
            LivePeers.awaitState(source, "member1", "down");
            // It is said right after the state has changed.
            Patience.await("the reason", () -> !log.with("PEERAGE-010").isEmpty());
            assertThat(log.with("PEERAGE-010"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).contains("(ONLINE, 1 of 2 members unreachable)"));
        } finally {
            second().thaw();
            awaitTwoOnline();
            first().execute("REVOKE SELECT ON performance_schema.replication_group_members FROM '" + LocalPeer.USER
                    + "'@'127.0.0.1'");
        }
    }
}
