/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators find in the log: one line for each change of state, with its id, and no secret. */
@Timeout(120)
class LogIT {

    private static final String SECRET = "hush-" + LocalPeer.PASSWORD;

    private final Logger logger = Logger.getLogger("io.peerage");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getMessage());
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    @BeforeEach
    void listen() {
        handler.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    private long count(String id) {
        return lines.stream().filter(line -> line.startsWith(id + " shop: ")).count();
    }

    private String line(String id) {
        return lines.stream()
                .filter(line -> line.startsWith(id + " shop: "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + id + " in " + lines));
    }

    @Test
    void oneLineForEachChangeOfState() throws Exception {
        try (LivePeers live = new LivePeers(2);
                LifoContainer container = new LifoContainer(4)) {
            PeerManagedConnectionFactory factory = live.factory();
            factory.setGroupName("shop");
            factory.setWhenAllDown("fail");
            PeerDataSource source = container.fill(factory, 4).dataSource(factory);
            live.shares(source, 50);
            assertThat(count("PEERAGE-001")).isEqualTo(1);
            assertThat(line("PEERAGE-001"))
                    .startsWith("PEERAGE-001 shop: starts with ")
                    .contains("peer1@" + live.peer(1).address(), "CheckIntervalSeconds=1", "password=***");

            live.peer(1).kill();
            live.shares(source, 100);
            LivePeers.awaitState(source, "peer1", "down");
            assertThat(count("PEERAGE-010")).isEqualTo(1);
            assertThat(line("PEERAGE-010")).contains("peer peer1 is down: ", "Connection refused", "next check in ");

            live.peer(2).kill();
            Patience.await("all to be down", () -> fails(source) && count("PEERAGE-012") == 1);
            assertThat(count("PEERAGE-010")).isEqualTo(2);

            live.peer(1).restart();
            Patience.await("peer1 to be up", () -> count("PEERAGE-011") == 1);
            assertThat(line("PEERAGE-011")).contains("peer peer1 is up again after ");
            source.unwrap(PeerControl.class).drain("peer1");
            source.unwrap(PeerControl.class).drain("peer1");
            assertThat(count("PEERAGE-017")).isEqualTo(1);
        }
    }

    private static boolean fails(PeerDataSource source) {
        try {
            LivePeers.ask(source);
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    @Test
    void noSecretIsSaid() throws Exception {
        try (LivePeers live = new LivePeers(1)) {
            PeerManagedConnectionFactory factory = live.factory();
            factory.setPeers("a@" + live.peer(1).address() + "?password=" + SECRET);
            factory.setPassword(SECRET + "-too");
            SQLException failure = null;
            try {
                LivePeers.ask(factory.createConnectionFactory());
            } catch (SQLException e) {
                failure = e;
            }
            assertThat((Throwable) failure).isNotNull();
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain(SECRET);
            }
            assertThat(lines)
                    .anyMatch(line -> line.startsWith("PEERAGE-015 "))
                    .noneMatch(line -> line.contains(SECRET));
            assertThat(factory.toString()).doesNotContain(SECRET);
        }
    }
}
