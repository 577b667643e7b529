/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapter that is undeployed while it waits for a server that says nothing. */
@Timeout(120)
class StopIT {

    private static LocalPeer server;
    private static Relay relay;

    @BeforeAll
    static void startServer() {
        server = LocalPeer.start("server");
        relay = Relay.to(server.port());
    }

    @AfterAll
    static void stopServer() {
        relay.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void noThreadAndNoConnectionIsLeft(String driver) throws Exception {
        relay.pass();
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setPeers("server@" + relay.address());
        factory.setDriver(driver);
        factory.setCheckIntervalSeconds(1);
        // nothing ends by itself within the time of this test
        factory.setConnectTimeoutMillis(100_000);
        factory.setHungAfterMillis(0);
        try (LifoContainer container = new LifoContainer(1)) {
            container.fill(factory, 1);
            relay.stall();
            Patience.await("a check to wait for the server", () -> !waiting().isEmpty());
            List<Thread> waiting = waiting();
            LivePeers.stop(factory);
            Patience.await("its thread to end", () -> waiting.stream().noneMatch(Thread::isAlive));
        }
        relay.pass();
        Patience.await("its connections to end", () -> relay.connections() == 0);
    }

    /** Returns the adapter's own threads that wait on a socket. */
    private static List<Thread> waiting() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith("peerage-worker-")
                        && Arrays.stream(entry.getValue())
                                .anyMatch(frame -> frame.getClassName().startsWith("sun.nio.ch.")))
                .map(java.util.Map.Entry::getKey)
                .toList();
    }
}
