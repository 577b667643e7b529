/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Peer;
import io.peerage.peer.SlotRegistry;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How often connections are opened in the background to a peer that lets nobody in. */
class RefusedLoginsTest {

    private final SimulatedTime time = new SimulatedTime();
    private final Random random = new Random(20261126);
    private final FakePeers peers = new FakePeers(time, random::nextInt, 3, 30);
    private final SlotRegistry registry = new SlotRegistry(random::nextInt);
    private final Peer a = peers.peer(0);
    private final Peer b = peers.peer(1);

    private void housekeeper(Credentials credentials) throws SQLException {
        peers.slot(registry, peers.peer(2));
        for (int i = 0; i < 3; i++) {
            if (peers.slot(registry, a).resting() instanceof PhysicalConnection link) {
                link.close();
            }
        }
        peers.group.start();
        peers.housekeeper(credentials, registry, random::nextInt, 2).start();
    }

    private long opened(Peer peer) {
        return peers.opened.stream().filter(peer::equals).count();
    }

    private static Stream<Credentials> users() {
        return Stream.of(Credentials.CONFIGURED, Credentials.of("eve", "old"));
    }

    @ParameterizedTest
    @MethodSource("users")
    void fewerAndFewer(Credentials credentials) throws SQLException {
        housekeeper(credentials);
        for (SQLException met : List.of(FakePeers.wrongCredentials(), FakePeers.full())) {
            peers.opened.clear();
            peers.broken.put(a, met);
            time.pass(10, SECONDS);
            System.out.printf("%s, %s: %d in 10 s%n", credentials, met.getMessage(), opened(a));
            assertThat(opened(a)).as("in ten seconds").isLessThanOrEqualTo(4);
            time.pass(50, SECONDS);
            assertThat(opened(a)).as("in a minute").isLessThanOrEqualTo(7);
        }
    }

    /** The second one of the list must not wait for the first one to be let in. */
    @Test
    void othersAreRenewedMeanwhile() throws SQLException {
        housekeeper(Credentials.of("eve", "old"));
        peers.broken.put(a, FakePeers.wrongCredentials());
        if (peers.slot(registry, b).resting() instanceof PhysicalConnection link) {
            link.close();
        }
        time.pass(1, SECONDS);
        assertThat(opened(b)).isPositive();
        assertThat(peers.connections().get(1)).isPositive();
    }

    @Test
    void thoseThatLeaveAPeerGoWhereTheyAreLetIn() throws SQLException {
        peers.during = (peer, credentials) -> {
            if (peer == b && credentials.user() != null) {
                throw FakePeers.wrongCredentials();
            }
        };
        for (int i = 0; i < 6; i++) {
            peers.slot(registry, a);
        }
        for (int i = 0; i < 6; i++) {
            peers.slot(registry, peers.peer(2));
        }
        housekeeper(Credentials.of("eve", "old"));
        peers.group.drain(a);
        time.pass(5, SECONDS);
        assertThat(peers.connections().get(0)).isZero();
        assertThat(opened(b)).isLessThanOrEqualTo(3);
    }

    /** A check lets the pool know that there is room, and it need not wait for the end of its pause. */
    @Test
    void thePoolsOwnUserGoesOnAsSoonAsACheckWasLetIn() throws SQLException {
        housekeeper(Credentials.CONFIGURED);
        peers.broken.put(a, FakePeers.wrongCredentials());
        time.pass(2, MINUTES);
        peers.broken.clear();
        peers.group.check(a);
        long before = opened(a);
        time.pass(1, SECONDS);
        assertThat(opened(a)).isGreaterThan(before);
    }
}
