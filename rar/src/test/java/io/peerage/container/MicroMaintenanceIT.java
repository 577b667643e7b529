/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Maintenance of a peer under Payara Micro and eight paced threads: no error, and a transaction under way finishes. */
@ExtendWith(LoadedMicroExtension.class)
@Timeout(180)
class MicroMaintenanceIT {

    private final LoadedMicro micro;

    MicroMaintenanceIT(LoadedMicro micro) {
        this.micro = micro;
    }

    @AfterEach
    void stop() throws Exception {
        micro.load(LoadedMicro.DIRECT).stop();
    }

    /** As with PROXYSQL PAUSE or a disabled frontend of HAProxy. */
    @Test
    void aProxyThatRefusesNewClientsDrainsByItself() throws Exception {
        LoadClient load = micro.load(LoadedMicro.RELAYED);
        LocalPeer peer = micro.peers().get(1);
        Relay proxy = micro.relays().get(1);
        micro.mend(LoadedMicro.RELAYED);
        load.start(Mode.AUTO, Mode.JTA_WRITE);
        load.hold(proxy.port());
        load.awaitServed(500);

        proxy.refuse();
        long noticed = Patience.await(
                "relay2 to be left out",
                LoadClient.LIMIT,
                () -> load.counts().state("relay2").equals("down"));
        load.mark();
        long drained = noticed
                + Patience.await(
                        "all but the transaction under way to have left", LoadClient.LIMIT, () -> sessions(peer) == 1);
        System.out.println("a proxy that refuses is noticed after " + noticed
                + " ms and empty but for one transaction after " + drained + " ms");
        assertThat(drained).isLessThan((LoadedMicro.CHECK_INTERVAL_SECONDS + 5) * 1_000L);
        assertThat(load.awaitServed(300).placedSinceMark(proxy.port()))
                .as("units dealt to it since it is left out")
                .isZero();
        assertThat(load.release()).isEqualTo("committed");
        Patience.await("the last connection to leave", LoadClient.LIMIT, () -> sessions(peer) == 0);

        proxy.pass();
        load.awaitThird(peer);
        LoadAnswer end = load.stop();
        assertThat(end.errors()).as(end.errorTexts()).isZero();
    }

    /** Returns how many sessions of the relayed pool a server has, by its own count. */
    private static long sessions(LocalPeer peer) {
        return Long.parseLong(peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = '"
                + LoadedMicro.RELAYED + "' AND command <> 'Connect'"));
    }

    @Test
    void drainAndResume() throws Exception {
        LoadClient load = micro.load(LoadedMicro.DIRECT);
        LocalPeer peer = micro.peers().get(0);
        micro.mend(LoadedMicro.DIRECT);
        load.start(Mode.AUTO, Mode.JTA_WRITE);
        load.hold(peer.port());
        load.awaitServed(500);

        load.drain(peer.name());
        load.mark();
        assertThat(load.awaitNoConnections(peer.name(), Duration.ofMillis(500)))
                .as("with a transaction under way")
                .isFalse();
        assertThat(load.release()).isEqualTo("committed");
        assertThat(load.awaitNoConnections(peer.name(), Duration.ofSeconds(10)))
                .as("without")
                .isTrue();
        peer.stop();
        assertThat(load.awaitServed(500).placedSinceMark(peer.port()))
                .as("units that began since drain() returned and were dealt it")
                .isZero();

        peer.restart();
        assertThat(load.awaitServed(300).placedSinceMark(peer.port()))
                .as("it runs again, but nobody has resumed it")
                .isZero();
        load.resume(peer.name());
        System.out.println("a third again " + load.awaitThird(peer) + " ms after resume");
        LoadAnswer end = load.stop();
        assertThat(end.errors()).as(end.errorTexts()).isZero();
    }
}
