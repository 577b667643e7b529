/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults that are not the peer's: none takes it out of service, each is counted and logged as what it is. */
@Timeout(180)
class FaultsIT {

    private static final String GROUP = "faults-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(GROUP);

    @Test
    void aKillAnIdleTimeoutAFullServerAndAWrongPasswordTakeNoPeerOut() throws Exception {
        List<Connection> hogs = new ArrayList<>();
        try (LivePeers live = new LivePeers(4);
                LifoContainer container = new LifoContainer(12)) {
            PeerManagedConnectionFactory factory = live.factory();
            factory.setGroupName(GROUP);
            // long enough for the client program that looks at the sessions, which is held to it as well
            live.peer(2).execute("SET GLOBAL wait_timeout = 5");
            PeerDataSource source = container.fill(factory, 12).dataSource(factory);
            PeerControl control = source.unwrap(PeerControl.class);

            Patience.await(
                    "the idle timeout of peer2", () -> sessions(live.peer(2)).isEmpty());
            live.peer(2).execute("SET GLOBAL wait_timeout = 28800");
            asksAllFour(live, source);

            String session = sessions(live.peer(1)).get(0);
            live.peer(1).execute("KILL " + session);
            Patience.await("the kill", () -> !sessions(live.peer(1)).contains(session));
            asksAllFour(live, source);
            Patience.await("the log", () -> said("PEERAGE-014", "peer1"));

            live.peer(3).execute("SET GLOBAL max_connections = 10");
            PeerDataSource hog = hog(live);
            live.peer(4).execute("ALTER USER app@127.0.0.1 IDENTIFIED BY 'another'");
            Patience.await("peer3 to be refusing", () -> {
                // A check under way holds a place while the others are taken, and leaves it free.
                fill(hog, hogs);
                return LivePeers.status(source, "peer3").state().equals("refusing");
            });
            LivePeers.awaitState(source, "peer4", "refusing");
            asksAllFour(live, source);
            for (Connection taken : hogs) {
                taken.close();
            }
            live.peer(4).execute("ALTER USER app@127.0.0.1 IDENTIFIED BY '" + LocalPeer.PASSWORD + "'");
            for (String peer : new String[] {"peer1", "peer2", "peer3", "peer4"}) {
                LivePeers.awaitState(source, peer, "up");
                System.out.println(
                        "faults that are not the peer's: " + peer + " " + control.failures(peer) + " " + ids(peer));
            }

            assertThat(control.failures("peer1"))
                    .containsOnlyKeys("idle connection ended")
                    .containsValue(1L);
            assertThat(control.failures("peer2")).containsOnlyKeys("idle too long");
            assertThat(control.failures("peer3")).containsOnlyKeys("too many connections");
            assertThat(control.failures("peer4")).containsOnlyKeys("login refused");
            assertThat(ids("peer1")).containsExactly("PEERAGE-013", "PEERAGE-014");
            assertThat(ids("peer2")).isEmpty();
            assertThat(ids("peer3")).containsExactly("PEERAGE-015", "PEERAGE-016");
            assertThat(ids("peer4")).containsExactly("PEERAGE-015", "PEERAGE-016");
            assertThat(said("PEERAGE-013", "the server has ended this idle connection"))
                    .isTrue();
            assertThat(said("PEERAGE-015", "Too many connections")).isTrue();
            assertThat(said("PEERAGE-015", "Access denied")).isTrue();
            for (String outOfService : new String[] {"PEERAGE-010", "PEERAGE-011", "PEERAGE-012"}) {
                assertThat(log.with(outOfService)).as(outOfService).isEmpty();
            }
        } finally {
            for (Connection taken : hogs) {
                taken.close();
            }
        }
    }

    /** No error, and no peer left out: those that refuse go on serving on the connections they have. */
    private static void asksAllFour(LivePeers live, PeerDataSource source) throws SQLException {
        assertThat(live.shares(source, 200)).containsOnlyKeys("peer1", "peer2", "peer3", "peer4");
    }

    private static PeerDataSource hog(LivePeers live) {
        PeerManagedConnectionFactory only = live.factory();
        only.setPeers("full@" + live.peer(3).address());
        only.setWhenAllDown("fail");
        return only.createConnectionFactory();
    }

    /** Takes what places are left. */
    private static void fill(PeerDataSource hog, List<Connection> hogs) {
        boolean full = false;
        while (!full) {
            try {
                hogs.add(hog.getConnection());
            } catch (SQLException e) {
                assertThat(e.getMessage()).contains("Too many connections");
                full = true;
            }
        }
    }

    private static List<String> sessions(LocalPeer peer) {
        return peer.execute("SELECT id FROM information_schema.processlist WHERE user = 'app'")
                .lines()
                .toList();
    }

    private boolean said(String id, String text) {
        return log.with(id).stream().anyMatch(line -> line.getMessage().contains(text));
    }

    /** Returns the ids of the lines about {@code peer}, in their order. */
    private List<String> ids(String peer) {
        return log.all().stream()
                .map(LogRecord::getMessage)
                .filter(line -> line.contains("peer " + peer + " "))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }
}
