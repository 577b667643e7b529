/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import java.sql.Connection;
import org.junit.jupiter.api.Test;

/**
 * That a look at the idle socket is enough: whichever way a server ends a connection, the application never gets the
 * stale one, and no server is sent a ping.
 */
interface PeekContract extends Contract {

    /** What a server does to its sessions. */
    @FunctionalInterface
    interface Ending {
        void happen() throws Exception;
    }

    @Test
    default void aKilledSessionIsNeverSeen() throws Exception {
        LocalPeer peer = site().hurt();
        survives(
                () -> site().dialect()
                        .sessions(peer)
                        .forEach(session -> site().dialect().kill(peer, session)),
                false);
    }

    @Test
    default void aSessionThatWasIdleForTooLongIsNeverSeen() throws Exception {
        LocalPeer peer = site().hurt();
        site().dialect().idleTimeout(peer, true);
        leftovers().add(() -> site().dialect().idleTimeout(peer, false));
        survives(() -> site().awaitSessions(peer, 0), false);
    }

    @Test
    default void aRestartIsNeverSeen() throws Exception {
        survives(() -> site().hurt().restart(), true);
    }

    /** Returns how many both servers have counted. */
    default long pings() {
        return site().dialect().pings(site().hurt()) + site().dialect().pings(site().other());
    }

    private void survives(Ending ending, boolean countsAnew) throws Exception {
        survives(site().hurt().address(), ending, countsAnew);
    }

    /**
     * Has the connection to the peer that is hurt end while it is idle, and uses the pool.
     *
     * @param address where the pool connects to that peer
     * @param countsAnew whether its server has been started anew then
     */
    default void survives(String address, Ending ending, boolean countsAnew) throws Exception {
        PeerManagedConnectionFactory factory = site().factory();
        factory.setPeers("hurt@" + address + ",other@" + site().other().address());
        // what the test before left may still be on its way out
        site().awaitSessions(site().hurt(), 0);
        LifoContainer container = container(factory, 2);
        PeerDataSource source = container.dataSource(factory);
        site().awaitSessions(site().hurt(), 1);
        long other = site().dialect().pings(site().other());
        long hurt = countsAnew ? 0 : site().dialect().pings(site().hurt());
        ending.happen();
        site().awaitSessions(site().hurt(), 0);
        for (int i = 0; i < 5; i++) {
            try (Connection one = source.getConnection();
                    Connection two = source.getConnection()) {
                assertThat(site().isEncrypted(one)).isEqualTo(site().encrypted());
                assertThat(site().isEncrypted(two)).isEqualTo(site().encrypted());
            }
        }
        assertThat(container.created())
                .as("managed connections, none of them lost")
                .isEqualTo(2);
        assertThat(pings() - other - hurt).as("pings").isZero();
    }
}
