/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.peerage.local.Facilities#firewall")
class FirewallIT {

    @Test
    @Timeout(60)
    void aDroppedPortIsSilentUntilItPassesAgain() throws Exception {
        try (LocalPeer peer = LocalPeer.start("dropped")) {
            try (Firewall firewall = Firewall.before(peer.port())) {
                assertThat(Greeting.arrivesFrom(peer.port())).isTrue();
                firewall.drop();
                firewall.drop();
                assertThat(Greeting.arrivesFrom(peer.port())).isFalse();
                firewall.pass();
                assertThat(Greeting.arrivesFrom(peer.port())).isTrue();
                firewall.drop();
            }
            assertThat(Greeting.arrivesFrom(peer.port())).as("closed").isTrue();
            assertThat(Command.run(Path.of("/"), Duration.ofSeconds(20), List.of("iptables", "-w", "-S", "INPUT")))
                    .doesNotContain("port " + peer.port() + " ");
        }
    }
}
