/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Patience;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two adapters in one server, over the same peer: WildFly starts one for each definition of a pool in an application.
 * Simulated here; {@code WildFlyQuirksIT} asks the server itself.
 */
class TwoAdaptersTest {

    private final ScriptedServer server = new ScriptedServer();
    private final PeerResourceAdapter one = new PeerResourceAdapter();
    private final PeerResourceAdapter two = new PeerResourceAdapter();

    @AfterEach
    void end() {
        one.stop();
        two.stop();
        server.close();
    }

    @Test
    void stoppingOneEndsItsOwnThreadsOnly() throws Exception {
        Set<Thread> before = clocks();
        ManagedConnection first = factory(one).createManagedConnection(null, null);
        Set<Thread> ofOne = clocks();
        ofOne.removeAll(before);
        ManagedConnection second = factory(two).createManagedConnection(null, null);
        Set<Thread> ofTwo = clocks();
        ofTwo.removeAll(before);
        ofTwo.removeAll(ofOne);
        assertThat(ofOne).hasSize(1);
        assertThat(ofTwo).hasSize(1);

        first.destroy();
        one.stop();

        Patience.await(
                "the threads of the stopped one to end", () -> ofOne.stream().noneMatch(Thread::isAlive));
        assertThat(ofTwo).allMatch(Thread::isAlive);
        run(second);
        second.destroy();
    }

    /** What one learns of a peer it has to learn by itself, and nobody else hears of it. */
    @Test
    void eachHasItsOwnPictureOfThePeer() throws Exception {
        PeerManagedConnectionFactory first = factory(one);
        PeerManagedConnectionFactory second = factory(two);
        first.createConnectionFactory().unwrap(PeerControl.class).drain("peer");
        assertThat(state(first)).isEqualTo("drained");
        assertThat(state(second)).isEqualTo("up");
    }

    private PeerManagedConnectionFactory factory(PeerResourceAdapter adapter) throws ResourceException {
        PeerManagedConnectionFactory factory = server.factory();
        factory.setResourceAdapter(adapter);
        return factory;
    }

    private static String state(PeerManagedConnectionFactory factory) throws SQLException {
        return factory.createConnectionFactory().peers().get(0).state();
    }

    private static void run(ManagedConnection managed) throws Exception {
        try (Connection connection = (Connection) managed.getConnection(null, null);
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    private static Set<Thread> clocks() {
        Set<Thread> clocks = new HashSet<>(Thread.getAllStackTraces().keySet());
        clocks.removeIf(thread -> !thread.getName().startsWith("peerage-clock-"));
        return clocks;
    }
}
