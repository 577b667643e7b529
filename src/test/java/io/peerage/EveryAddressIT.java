/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.ConnectionSlot;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.connect.SchedulerThreads;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.peer.Peer;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Ticker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** A name each of whose addresses is a peer, on a real server that listens at all of them. */
@EnabledIf("io.peerage.local.Facilities#severalLoopbacks")
@Timeout(120)
class EveryAddressIT {

    private volatile int addresses = 2;

    private List<InetAddress> look(String host) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (int last = 1; last <= addresses; last++) {
            all.add(InetAddress.getByAddress(host, new byte[] {127, 0, 0, (byte) last}));
        }
        return all;
    }

    private static Set<String> served(List<ConnectionSlot> slots) throws SQLException {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            for (ConnectionSlot slot : slots) {
                PhysicalConnection link = slot.begin();
                assertThat(link.session().connection().isValid(1)).isTrue();
                names.add(link.peer().name());
                slot.rest(link);
            }
        }
        return names;
    }

    @Test
    void addressesThatComeAndGoArePeersAddedAndRemoved() throws Exception {
        try (SchedulerThreads threads = new SchedulerThreads();
                LocalPeer server = LocalPeer.start("many", "--bind-address=127.0.0.1,127.0.0.2,127.0.0.3")) {
            PeerManagedConnectionFactory factory = LocalFactories.create();
            factory.setPeers("db@dns:db.example:" + server.port());
            factory.setCheckIntervalSeconds(1);
            factory.setRebalancePerSecond(20);
            LiveGroup group = LiveGroup.of(
                    factory.configuration(),
                    getClass().getClassLoader(),
                    this::look,
                    threads,
                    Ticker.system(),
                    RandomSource.threadLocal());
            List<ConnectionSlot> slots = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                slots.add(group.slots().open(Credentials.CONFIGURED));
            }
            assertThat(served(slots)).containsExactly("db-127.0.0.1", "db-127.0.0.2");
            addresses = 3;
            Patience.await("the third to serve", () -> served(slots).contains("db-127.0.0.3"));
            addresses = 1;
            Patience.await("the first to be alone", () -> served(slots).equals(Set.of("db-127.0.0.1")));
            Patience.await(
                    "the others to be left", () -> group.directory().leaving().isEmpty());
            assertThat(group.peers().peers()).extracting(Peer::name).containsExactly("db-127.0.0.1");
            for (ConnectionSlot slot : slots) {
                group.slots().leave(slot);
            }
            group.background().stop();
        }
    }
}
