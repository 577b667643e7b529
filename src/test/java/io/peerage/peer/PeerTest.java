/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Waiting until a peer has no connection any more, by the group's own clock. */
class PeerTest {

    private final FakeTime time = new FakeTime();
    private final Peer peer = new Peer(new NamedEndpoint("a", 1), 0, time);

    @Test
    void returnsAtOnceWhenNoConnectionIsOpen() throws InterruptedException {
        long began = time.nanos();
        assertThat(peer.awaitNoConnections(SECONDS.toNanos(10))).isTrue();
        assertThat(time.nanos()).isEqualTo(began);
    }

    @Test
    void returnsWhenTheLastConnectionHasClosed() throws InterruptedException {
        peer.reserve();
        peer.reserve();
        Runnable first = time.after(SECONDS.toNanos(3), peer::release);
        Runnable last = time.after(SECONDS.toNanos(5), peer::release);
        assertThat(first).isNotSameAs(last);
        long began = time.nanos();
        assertThat(peer.awaitNoConnections(SECONDS.toNanos(10))).isTrue();
        assertThat(time.nanos() - began).isEqualTo(SECONDS.toNanos(5));
    }

    @Test
    void givesUpAfterItsTime() throws InterruptedException {
        peer.reserve();
        long began = time.nanos();
        assertThat(peer.awaitNoConnections(SECONDS.toNanos(10))).isFalse();
        assertThat(time.nanos() - began).isEqualTo(SECONDS.toNanos(10));
    }
}
