/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.local.Facilities;
import io.peerage.local.Firewall;
import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.util.List;
import java.util.UUID;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connect that met no answer in time: who has to do with it reads which setting the time is. */
@Timeout(120)
class ConnectTimeoutMessageIT {

    /** A second, which every driver takes as it is. */
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

    private static final String NAMED = "ConnectTimeoutMillis=" + CONNECT_TIMEOUT_MILLIS;

    private final String group = "pool-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(group);

    @AutoClose
    private final LifoContainer container = new LifoContainer(2);

    private final PeerManagedConnectionFactory factory = LocalFactories.create();

    private static LocalPeer start(String driver) {
        if (driver.equals("postgresql")) {
            Assumptions.assumeTrue(Facilities.postgreSql(), "PostgreSQL does not run here");
            return LocalPeer.start(Flavours.postgreSql(), "silent");
        }
        return LocalPeer.start("silent");
    }

    private void isNamed(LocalPeer peer, String driver) throws Exception {
        factory.setDriver(driver);
        factory.setPeers("silent@" + peer.address());
        factory.setConnectionProperties(driver.equals("mariadb") ? "sslMode=disable" : "");
        factory.setGroupName(group);
        factory.setConnectTimeoutMillis(CONNECT_TIMEOUT_MILLIS);
        factory.setAcquireTimeoutMillis(2 * CONNECT_TIMEOUT_MILLIS);
        PeerDataSource source = container.dataSource(factory);
        Throwable failure = catchThrowable(source::getConnection);
        System.out.println("connect timeout | " + driver + " | " + failure);
        assertThat(failure).hasMessageContaining("silent is ").hasMessageContaining(NAMED);
        LivePeers.awaitState(source, "silent", "down");
        Patience.await("that to be said", () -> !log.with("PEERAGE-010").isEmpty());
        List<LogRecord> lines = log.all().stream()
                .filter(line -> line.getMessage().startsWith("PEERAGE-013 ")
                        || line.getMessage().startsWith("PEERAGE-010 "))
                .toList();
        assertThat(lines)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(line -> assertThat(line.getMessage()).contains("silent", NAMED));
        assertThat(LivePeers.status(source, "silent").toString()).contains(NAMED);
    }

    /** The kernel accepts, and nobody greets. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb", "postgresql"})
    void aServerThatAcceptsAndIsSilent(String driver) throws Exception {
        try (LocalPeer peer = start(driver)) {
            peer.freeze();
            isNamed(peer, driver);
            peer.thaw();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb", "postgresql"})
    @EnabledIf("io.peerage.local.Facilities#firewall")
    void aBlackHole(String driver) throws Exception {
        try (LocalPeer peer = start(driver);
                Firewall firewall = Firewall.before(peer.port())) {
            firewall.drop();
            isNamed(peer, driver);
        }
    }
}
