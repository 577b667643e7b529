/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often a pool whose connections are due to be renewed connects to a peer that lets nobody in. */
@Timeout(120)
class RefusedLoginsIT {

    private static LivePeers live;

    private final LifoContainer container = new LifoContainer(8);
    private PeerManagedConnectionFactory factory;

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(2);
    }

    @AfterAll
    static void stopPeers() {
        live.close();
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
        LivePeers.stop(factory);
        live.peer(1).execute("SET GLOBAL max_connections = 200");
        live.peer(1).execute("ALTER USER 'app'@'127.0.0.1' IDENTIFIED BY '" + LocalPeer.PASSWORD + "'");
    }

    private static long within(long seconds, String count) throws Exception {
        long before = live.peer(1).status(count);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Patience.await(seconds + " s to pass", () -> System.nanoTime() - end >= 0);
        long more = live.peer(1).status(count) - before;
        System.out.println(count + ": " + more + " in " + seconds + " s");
        return more;
    }

    @Test
    void fewWithAWrongPassword() throws Exception {
        live.peer(1).execute("ALTER USER 'app'@'127.0.0.1' IDENTIFIED BY 'new'");
        assertThat(within(8, "Aborted_connects")).isBetween(1L, 6L);
    }

    /** Its checks, once a second, are in it: they find out when there is room. */
    @Test
    void fewOnAFullServer() throws Exception {
        // least that the server takes; the pool has four
        live.peer(1).execute("SET GLOBAL max_connections = 10");
        PeerManagedConnectionFactory hog = live.factory();
        hog.setPeers("full@" + live.peer(1).address());
        hog.setWhenAllDown("fail");
        LifoContainer more = new LifoContainer(20);
        try {
            Patience.await("the server to be full", () -> {
                try {
                    more.fill(hog, 1);
                    return false;
                } catch (jakarta.resource.ResourceException full) {
                    return true;
                }
            });
            LivePeers.stop(hog);
            assertThat(within(10, "Connection_errors_max_connections")).isBetween(1L, 16L);
        } finally {
            more.close();
            LivePeers.stop(hog);
        }
    }
}
