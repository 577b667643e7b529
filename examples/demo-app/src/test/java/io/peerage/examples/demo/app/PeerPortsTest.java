/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PeerPortsTest {

    @Test
    void tellsTheNameByThePortInTheGivenOrder() {
        PeerPorts peers = PeerPorts.parse("b@127.0.0.1:2, a@127.0.0.1:1");
        assertThat(peers.names()).containsExactly("b", "a");
        assertThat(peers.nameOf(1)).isEqualTo("a");
        assertThatThrownBy(() -> peers.nameOf(3)).hasMessageContaining("port 3");
    }

    @Test
    void refusesAnotherForm() {
        assertThatThrownBy(() -> PeerPorts.parse("127.0.0.1:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'127.0.0.1:1'")
                .hasMessageContaining("name@host:port");
    }
}
