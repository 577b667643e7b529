/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator reads of a peer that stays out for one reason after the other, and of peers that all refuse. */
@Timeout(120)
class ChangedReasonIT {

    @AutoClose
    private static LivePeers live;

    private final String group = "pool-" + UUID.randomUUID();
    private final RecordedLog log = new RecordedLog(group);
    private final LifoContainer container = new LifoContainer(8);
    private Relay relay;
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(2);
    }

    @BeforeEach
    void begin() {
        relay = Relay.to(live.peer(1).port());
        factory = live.factory();
        factory.setGroupName(group);
        factory.setPeers("hurt@" + relay.address() + ",other@" + live.peer(2).address());
    }

    @AfterEach
    void end() {
        log.close();
        container.close();
        relay.close();
        live.peer(1).execute("SET GLOBAL read_only = OFF");
        live.peers.forEach(peer -> peer.execute("ALTER USER 'app'@'127.0.0.1' ACCOUNT UNLOCK"));
        live.peers.forEach(peer -> password(peer, LocalPeer.PASSWORD));
    }

    private static void password(LocalPeer peer, String password) {
        peer.execute("ALTER USER 'app'@'127.0.0.1' IDENTIFIED BY '" + password + "'");
    }

    private void awaitCause(PeerDataSource source, String state, String cause) throws Exception {
        Patience.await("hurt to be " + state + " for " + cause, () -> {
            PeerStatus status = LivePeers.status(source, "hurt");
            return status.state().equals(state)
                    && String.valueOf(status.cause()).contains(cause);
        });
    }

    private static List<String> messages(List<LogRecord> records) {
        return records.stream().map(LogRecord::getMessage).toList();
    }

    @Test
    void eachReasonIsSaidOnce() throws Exception {
        PeerDataSource source = container.fill(factory, 4).dataSource(factory);
        relay.refuse();
        relay.reset();
        LivePeers.awaitState(source, "hurt", "down");
        live.peer(1).execute("SET GLOBAL read_only = ON");
        relay.pass();
        awaitCause(source, "down", "read_only is ON");
        live.peer(1).execute("SET GLOBAL read_only = OFF");
        password(live.peer(1), "new");
        awaitCause(source, "refusing", "Access denied");
        live.peer(1).execute("ALTER USER 'app'@'127.0.0.1' ACCOUNT LOCK");
        password(live.peer(1), LocalPeer.PASSWORD);
        awaitCause(source, "refusing", "locked");
        // two checks more, which meet the same
        long before = live.peer(1).status("Connections");
        Patience.await("more checks", () -> live.peer(1).status("Connections") - before >= 2);
        live.peer(1).execute("ALTER USER 'app'@'127.0.0.1' ACCOUNT UNLOCK");
        LivePeers.awaitState(source, "hurt", "up");
        assertThat(messages(log.with("PEERAGE-010"))).singleElement().asString().contains("peer hurt is down");
        assertThat(messages(log.with("PEERAGE-027")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("peer hurt is still down, for another reason: not ready: read_only is ON"),
                        line -> assertThat(line)
                                .contains("peer hurt is still refusing, for another reason: ", "locked"));
        assertThat(messages(log.with("PEERAGE-015"))).singleElement().asString().contains("Access denied");
    }

    /** All have served before. */
    @ParameterizedTest
    @ValueSource(strings = {"random", "affinity"})
    void nobodyWaitsWhenAllPeersRefuse(String selection) throws Exception {
        factory.setSelection(selection);
        factory.setAcquireTimeoutMillis(20_000);
        PeerDataSource source = container.fill(factory, 4).dataSource(factory);
        live.shares(source, 20);
        source.unwrap(PeerControl.class).drain("hurt");
        Patience.await(
                "other to serve", () -> LivePeers.ask(source) == live.peer(2).port());
        source.unwrap(PeerControl.class).resume("hurt");
        LivePeers.awaitState(source, "hurt", "up");
        live.peers.forEach(peer -> password(peer, "new"));
        container.close();
        PeerDataSource later = factory.createConnectionFactory();
        for (int i = 0; i < 6; i++) {
            long began = System.nanoTime();
            assertThatThrownBy(later::getConnection)
                    .hasMessageContaining("refused: Access denied")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("28000");
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
            long checks = live.peer(2).status("Aborted_connects");
            Patience.await("another check", () -> live.peer(2).status("Aborted_connects") > checks);
        }
    }
}
