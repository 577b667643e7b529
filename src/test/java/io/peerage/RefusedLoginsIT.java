/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often a pool whose connections are due to be renewed connects to a peer that lets nobody in. */
@Timeout(120)
class RefusedLoginsIT {

    @AutoClose
    private static LivePeers live;

    private final LifoContainer container = new LifoContainer(8);
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(2);
    }

    @BeforeEach
    void begin() throws Exception {
        factory = live.factory();
        factory.setMaxLifetimeSeconds(1);
        factory.setCheckIntervalSeconds(30);
        container.fill(factory, 8);
    }

    @AfterEach
    void end() {
        container.close();
        live.peer(1).execute("SET GLOBAL max_connections = 200");
        live.peer(1).execute("ALTER USER 'app'@'127.0.0.1' IDENTIFIED BY '" + LocalPeer.PASSWORD + "'");
    }

    /** Returns how often the pool met {@code fault} on the peer in this time. */
    private long within(long seconds, String fault) throws Exception {
        PeerControl control = container.dataSource(factory).unwrap(PeerControl.class);
        long before = control.failures("peer1").getOrDefault(fault, 0L);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Patience.await(seconds + " s to pass", () -> System.nanoTime() - end >= 0);
        long more = control.failures("peer1").getOrDefault(fault, 0L) - before;
        System.out.println(fault + ": " + more + " in " + seconds + " s");
        return more;
    }

    @Test
    void fewWithAWrongPassword() throws Exception {
        live.peer(1).execute("ALTER USER 'app'@'127.0.0.1' IDENTIFIED BY 'new'");
        assertThat(within(8, "login refused")).isBetween(1L, 6L);
    }

    /** Its checks, once a second, are in it: they find out when there is room. */
    @Test
    void fewOnAFullServer() throws Exception {
        // least that the server takes; the pool has four
        live.peer(1).execute("SET GLOBAL max_connections = 10");
        List<Connection> hogs = new ArrayList<>();
        AtomicInteger failures = new AtomicInteger();
        try {
            // one failure alone may be due to a connection that is there for a moment, to take the place of another
            Patience.await("the server to be full", () -> {
                try {
                    hogs.add(DriverManager.getConnection(
                            "jdbc:mysql://" + live.peer(1).address() + "/" + LocalPeer.DATABASE,
                            LocalPeer.USER,
                            LocalPeer.PASSWORD));
                    failures.set(0);
                } catch (SQLException full) {
                    failures.incrementAndGet();
                }
                return failures.get() == 30;
            });
            assertThat(within(10, "too many connections")).isBetween(1L, 16L);
        } finally {
            for (Connection hog : hogs) {
                hog.close();
            }
        }
    }
}
