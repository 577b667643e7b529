/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.SchedulerThreads;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.PhysicalConnection;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Peer;
import io.peerage.peer.Slot;
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

    private static Set<String> served(LiveGroup group, List<Slot> slots, SlotRegistry registry) throws SQLException {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            for (Slot slot : slots) {
                PhysicalConnection link = group.begin(slot, registry, Credentials.CONFIGURED, group.deadline());
                assertThat(link.session().connection().isValid(1)).isTrue();
                names.add(link.peer().name());
                group.end(slot, link);
            }
        }
        return names;
    }

    @Test
    void addressesThatComeAndGoArePeersAddedAndRemoved() throws Exception {
        try (SchedulerThreads threads = new SchedulerThreads();
                LocalPeer server = LocalPeer.start("many", "--bind-address=127.0.0.1,127.0.0.2,127.0.0.3")) {
            PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
            factory.setPeers("db@dns:db.example:" + server.port());
            factory.setDatabaseName(LocalPeer.DATABASE);
            factory.setUserName(LocalPeer.USER);
            factory.setPassword(LocalPeer.PASSWORD);
            factory.setCheckIntervalSeconds(1);
            factory.setRebalancePerSecond(20);
            LiveGroup group = new LiveGroup(
                    factory.settings(),
                    null,
                    getClass().getClassLoader(),
                    this::look,
                    threads,
                    Ticker.system(),
                    RandomSource.threadLocal());
            group.join();
            List<Slot> slots = new ArrayList<>();
            SlotRegistry registry = new SlotRegistry(bound -> 0);
            for (int i = 0; i < 6; i++) {
                Slot slot = new Slot(group.open(Credentials.CONFIGURED));
                registry = group.sit(slot, Credentials.CONFIGURED);
                slots.add(slot);
            }
            SlotRegistry all = registry;
            assertThat(served(group, slots, all)).containsExactly("db-127.0.0.1", "db-127.0.0.2");
            addresses = 3;
            Patience.await("the third to serve", () -> served(group, slots, all).contains("db-127.0.0.3"));
            addresses = 1;
            Patience.await(
                    "the first to be alone", () -> served(group, slots, all).equals(Set.of("db-127.0.0.1")));
            Patience.await("the others to be left", () -> group.leaving().isEmpty());
            assertThat(group.peers().peers()).extracting(Peer::name).containsExactly("db-127.0.0.1");
            for (Slot slot : slots) {
                group.rise(slot, Credentials.CONFIGURED, all);
                if (slot.leave() instanceof PhysicalConnection link) {
                    link.close();
                }
            }
            group.stop();
        }
    }
}
