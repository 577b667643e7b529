/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.peerage.local.Facilities#haProxy")
class HaProxyIT {

    @Test
    @Timeout(60)
    void aDisabledFrontendRefusesNewClientsAndKeepsThoseItHas() throws Exception {
        try (LocalPeer peer = LocalPeer.start("proxied");
                HaProxy proxy = HaProxy.before(List.of(peer.port(), peer.port()))) {
            int port = Integer.parseInt(proxy.address(1).substring("127.0.0.1:".length()));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(client.getInputStream().read()).isNotNegative();
                proxy.disable(1);
                assertThat(proxy.clients(1)).isEqualTo(1);
                assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                        .isInstanceOf(ConnectException.class);
                assertThat(client.getInputStream().read()).isNotNegative();
                proxy.enable(1);
                assertThat(Greeting.arrivesFrom(port)).isTrue();
            }
            assertThatThrownBy(() -> proxy.disable(3)).hasMessageContaining("haproxy refused");
        }
    }
}
