/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peerage.connect.ConnectionSlot;
import io.peerage.connect.Credentials;
import io.peerage.connect.LiveGroup;
import io.peerage.connect.SchedulerThreads;
import io.peerage.local.Facilities;
import io.peerage.local.Flavour;
import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import io.peerage.net.SilentPort;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Ticker;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name whose first address is a black hole and whose second refuses, through each driver to a real server. */
@EnabledIf("io.peerage.local.Facilities#severalLoopbacks")
@Timeout(120)
@SuppressWarnings("AddressSelection") // they are addresses in letters
class SeveralAddressesIT {

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb", "postgresql"})
    void allAreTriedWithinTheBoundOfOneConnect(String driver) throws Exception {
        if (driver.equals("postgresql")) {
            assumeTrue(Facilities.postgreSql(), "there is no PostgreSQL server");
        }
        Flavour flavour = driver.equals("postgresql") ? Flavours.postgreSql() : Flavours.mariaDb();
        try (SchedulerThreads threads = new SchedulerThreads();
                LocalPeer server = LocalPeer.start(flavour, "named");
                SilentPort silent = new SilentPort("127.0.0.2", server.port())) {
            PeerManagedConnectionFactory factory = LocalFactories.create();
            factory.setPeers("db.example:" + server.port());
            factory.setDriver(driver);
            factory.setConnectTimeoutMillis(2_000);
            LiveGroup group = LiveGroup.of(
                    factory.configuration(),
                    getClass().getClassLoader(),
                    host -> List.of(
                            InetAddress.getByName("127.0.0.2"),
                            InetAddress.getByName("127.0.0.3"),
                            InetAddress.getByName("127.0.0.1")),
                    threads,
                    Ticker.system(),
                    RandomSource.threadLocal());
            for (int i = 0; i < 2; i++) {
                long began = System.nanoTime();
                ConnectionSlot slot = group.slots().open(Credentials.CONFIGURED);
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                System.out.println(driver + ": connect " + i + " to a name with two dead addresses: " + millis + " ms");
                if (i > 0) {
                    assertThat(millis).as("the dead ones come last").isLessThan(250);
                }
                assertThat(slot.begin().session().connection().isValid(1)).isTrue();
                group.slots().leave(slot);
                assertThat(group.peers().peers().get(0).failures()).isEmpty();
            }
            assertThat(silent).isNotNull();
            group.background().stop();
        }
    }
}
