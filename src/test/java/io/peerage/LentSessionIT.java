/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LendingProxy;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import jakarta.resource.spi.ManagedConnection;
import java.util.UUID;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy lends the sessions of a server to its clients: a number that was ours is a stranger's now. */
@Timeout(120)
class LentSessionIT {

    @AutoClose
    private static LivePeers live;

    @BeforeAll
    static void startPeer() {
        live = new LivePeers(1);
    }

    @BeforeEach
    void makeTable() throws Exception {
        LocalPeer peer = live.peer(1);
        peer.execute("CREATE OR REPLACE TABLE shop.t (id INT PRIMARY KEY, v INT)");
        peer.execute("INSERT INTO shop.t VALUES (1, 0)");
        Patience.await("the server to be older than its connections", () -> peer.status("Uptime") > 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aSessionThatIsAStrangersNowLives(String driver) throws Exception {
        String group = "lent-" + UUID.randomUUID();
        PeerManagedConnectionFactory factory = live.factory();
        try (LendingProxy proxy = LendingProxy.before(live.peer(1).port());
                RecordedLog log = new RecordedLog(group)) {
            factory.setPeers("proxied@" + proxy.address());
            factory.setDriver(driver);
            factory.setConnectionProperties(driver.equals("mysql") ? "sslMode=DISABLED" : "sslMode=disable");
            factory.setGroupName(group);
            factory.setCheckIntervalSeconds(86_400);
            factory.setAcquireTimeoutMillis(2_000);
            ManagedConnection managed = factory.createManagedConnection(null, null);
            ManagedConnection stranger = factory.createManagedConnection(null, null);
            long lent = LivePeers.session(managed);
            proxy.swap();
            assertThat(LivePeers.session(stranger))
                    .as("the number of the stranger's session")
                    .isEqualTo(lent);

            Branch branch = new Branch("global", driver);
            XAResource resource = Site.prepareChange(managed, branch, 7);
            managed.destroy();
            resource.commit(branch, false);

            assertThat(LivePeers.session(stranger)).as("the stranger's session").isEqualTo(lent);
            assertThat(live.peer(1).execute("SELECT v FROM shop.t")).isEqualTo("7");
            assertThat(live.peer(1).execute("XA RECOVER")).isEmpty();
            assertThat(log.with("PEERAGE-026"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).contains("lends", "TwoPhaseCommit"));
            stranger.destroy();
        } finally {
            LivePeers.stop(factory);
        }
    }
}
