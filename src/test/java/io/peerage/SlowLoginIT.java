/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.PacedLoad;
import io.peerage.local.Relay;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A peer that lets nobody in for a while, as one that looks names up or a proxy that waits for a server, and goes on
 * working on the connections it has: that is no death.
 */
@Timeout(120)
class SlowLoginIT {

    private static final int CONNECT_TIMEOUT_MILLIS = 500;

    @AutoClose
    private static LivePeers live;

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final LifoContainer container = new LifoContainer(9);
    private Relay relay;
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(3);
        Units.prepare(live.peers);
    }

    @BeforeEach
    void begin() {
        relay = Relay.to(live.peer(1).port());
        factory = live.factory();
    }

    @AfterEach
    void end() {
        log.close();
        container.close();
        relay.close();
    }

    private PeerDataSource pool(String others) throws Exception {
        factory.setPeers("slow@" + relay.address() + others);
        factory.setGroupName(group);
        factory.setConnectTimeoutMillis(CONNECT_TIMEOUT_MILLIS);
        factory.setHungAfterMillis(300);
        return container.fill(factory, 9).dataSource(factory);
    }

    /** The call that its user waits for is all that there is to see of the peer meanwhile. */
    @Test
    void oneGreetingThatComesLateEndsNoStatement() throws Exception {
        PeerDataSource source = pool("");
        try (Connection gate = source.getConnection();
                Statement opener = gate.createStatement();
                Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            long session = number(statement, "SELECT CONNECTION_ID()");
            assertThat(number(opener, "SELECT GET_LOCK('gate', 0)")).isEqualTo(1);
            relay.stallNew();
            CompletableFuture<Long> report = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return number(statement, "SELECT GET_LOCK('gate', 60) + 7");
                        } catch (SQLException e) {
                            throw new CompletionException(e);
                        }
                    },
                    task -> new Thread(task).start());
            LivePeers.awaitState(source, "slow", "suspected");
            relay.pass();
            LivePeers.awaitState(source, "slow", "up");
            assertThat(report).isNotDone();
            assertThat(number(opener, "SELECT RELEASE_LOCK('gate')")).isEqualTo(1);
            assertThat(report.join()).isEqualTo(8);
            assertThat(number(statement, "SELECT CONNECTION_ID()")).isEqualTo(session);
        }
        assertThat(log.with("PEERAGE-010")).isEmpty();
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    /** It keeps its share of the work for as long as its connections answer, and nobody connects to it in vain. */
    @Test
    void aPeerWhoseLoginsHangServesOnTheConnectionsItHas() throws Exception {
        PeerDataSource source = pool(
                ",peer2@" + live.peer(2).address() + ",peer3@" + live.peer(3).address());
        Units units = new Units(container, factory);
        try (PacedLoad load = PacedLoad.startEach(6, units::of)) {
            load.awaitShare(live.peer(1).port(), 1 / 3.0);
            relay.stallNew();
            LivePeers.awaitState(source, "slow", "refusing");
            load.awaitShare(live.peer(1).port(), 1 / 3.0);
            assertThat(log.with("PEERAGE-010")).isEmpty();
            relay.pass();
            LivePeers.awaitState(source, "slow", "up");
            assertThat(load.failures()).isEmpty();
            assertThat(load.worstMillis()).as("nobody waited for a login").isLessThan(CONNECT_TIMEOUT_MILLIS);
        }
        assertThat(log.with("PEERAGE-010")).isEmpty();
    }

    /** Silence on all sides is no slow login. */
    @Test
    void aPeerThatIsSilentOnAllConnectionsIsDown() throws Exception {
        PeerDataSource source = pool(",peer2@" + live.peer(2).address());
        Units units = new Units(container, factory);
        try (PacedLoad load = PacedLoad.startEach(4, units::of)) {
            load.awaitShare(live.peer(1).port(), 1 / 2.0);
            relay.stall();
            LivePeers.awaitState(source, "slow", "down");
            load.awaitEveryThread();
            relay.pass();
            LivePeers.awaitState(source, "slow", "up");
        }
    }
}
