/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import jakarta.resource.spi.ManagedConnection;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two servers give the same number to a session each: the one that was lost is ended, never the stranger's. */
@Timeout(120)
class SharedNumberIT {

    @AutoClose
    private static LivePeers live;

    private final List<ManagedConnection> made = new ArrayList<>();
    private final List<PeerManagedConnectionFactory> factories = new ArrayList<>();

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(2);
    }

    @BeforeEach
    void makeTables() {
        for (LocalPeer peer : live.peers) {
            peer.execute("CREATE OR REPLACE TABLE shop.t (id INT PRIMARY KEY, v INT)");
            peer.execute("INSERT INTO shop.t VALUES (1, 0)");
        }
    }

    @AfterEach
    void end() throws Exception {
        for (ManagedConnection managed : made) {
            managed.destroy();
        }
        factories.forEach(LivePeers::stop);
    }

    private PeerManagedConnectionFactory at(String address, String driver) {
        PeerManagedConnectionFactory factory = live.factory();
        factory.setPeers("shared@" + address);
        factory.setDriver(driver);
        factory.setCheckIntervalSeconds(86_400);
        factory.setAcquireTimeoutMillis(2_000);
        factories.add(factory);
        return factory;
    }

    /** Opens connections until one has this number. */
    private ManagedConnection numbered(PeerManagedConnectionFactory factory, long wanted) throws Exception {
        while (true) {
            ManagedConnection managed = factory.createManagedConnection(null, null);
            long number = LivePeers.session(managed);
            assertThat(number).isLessThanOrEqualTo(wanted);
            if (number == wanted) {
                made.add(managed);
                return managed;
            }
            managed.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aStrangersSessionWithTheSameNumberLives(String driver) throws Exception {
        for (LocalPeer peer : live.peers) {
            Patience.await("the server to be older than its connections", () -> peer.status("Uptime") > 3);
        }
        try (Relay relay = Relay.to(live.peer(1).port())) {
            PeerManagedConnectionFactory first = at(live.peer(1).address(), driver);
            PeerManagedConnectionFactory second = at(live.peer(2).address(), driver);
            // the second server has given fewer numbers away than the first one
            long given = latest(second);
            while (latest(first) < given + 20) {
                assertThat(given).isPositive();
            }
            PeerManagedConnectionFactory shared = at(relay.address(), driver);
            ManagedConnection managed = shared.createManagedConnection(null, null);
            made.add(managed);
            ManagedConnection stranger = numbered(second, LivePeers.session(managed));
            Branch branch = new Branch("global", driver);
            XAResource resource = Site.prepareChange(managed, branch, 7);
            long number = LivePeers.session(stranger);

            relay.stallExisting();
            relay.leadTo(live.peer(2).port());
            relay.reset();
            XAException refused = catchThrowableOfType(XAException.class, () -> resource.commit(branch, false));
            assertThat(LivePeers.session(stranger)).as("the stranger's session").isEqualTo(number);
            assertThat(refused).as("the failure of the commit").isNotNull();
            assertThat(refused.errorCode).isEqualTo(XAException.XAER_RMFAIL);

            relay.leadTo(live.peer(1).port());
            Patience.await(
                    "the branch to be committed",
                    () -> live.peer(1).execute("SELECT v FROM shop.t").equals("7"));
            assertThat(live.peer(1).execute("XA RECOVER")).isEmpty();
            assertThat(LivePeers.session(stranger)).as("the stranger's session").isEqualTo(number);
        }
    }

    private static long latest(PeerManagedConnectionFactory factory) throws Exception {
        ManagedConnection managed = factory.createManagedConnection(null, null);
        try {
            return LivePeers.session(managed);
        } finally {
            managed.destroy();
        }
    }
}
