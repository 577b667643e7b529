/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import io.peerage.local.LocalPeer;
import io.peerage.local.Relay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer under Payara Micro that falls silent under eight paced threads, half of them in transactions. */
@ExtendWith(LoadedMicroExtension.class)
@Timeout(180)
class MicroHangIT {

    private static final int THREADS = 8;

    private final LoadedMicro micro;

    MicroHangIT(LoadedMicro micro) {
        this.micro = micro;
    }

    @AfterEach
    void stop() throws Exception {
        micro.load(LoadedMicro.DIRECT).stop();
    }

    @Test
    void aFrozenPeer() throws Exception {
        LocalPeer peer = micro.peers().get(2);
        fallsSilent(LoadedMicro.DIRECT, peer, peer.name(), peer.port(), peer::freeze, peer::thaw);
    }

    @Test
    void aBlackHole() throws Exception {
        Relay relay = micro.relays().get(0);
        fallsSilent(LoadedMicro.RELAYED, micro.peers().get(0), "relay1", relay.port(), relay::stall, relay::pass);
    }

    private void fallsSilent(String pool, LocalPeer peer, String name, int port, Runnable silence, Runnable speech)
            throws Exception {
        micro.mend(pool);
        LoadClient load = micro.load(pool);
        load.start(Mode.AUTO, Mode.JTA_WRITE);
        load.awaitServed(500);
        silence.run();
        load.awaitState(name, "down");
        load.mark();
        LoadAnswer after = load.awaitServed(2_000);
        System.out.println(name + " silent under " + THREADS + " threads: " + after.errors() + " errors, worst request "
                + after.worstMillis() + " ms");
        assertThat(after.placedSinceMark(port))
                .as("units dealt to it since it is known to be silent")
                .isZero();
        assertFailedThereOnly(after, port);

        speech.run();
        System.out.println("a third again " + load.awaitThird(peer) + " ms after it speaks again");
        assertFailedThereOnly(load.counts(), port);
    }

    private static void assertFailedThereOnly(LoadAnswer answer, int port) {
        assertThat(answer.errors()).as(answer.errorTexts()).isLessThanOrEqualTo(THREADS);
        assertThat(answer.errorsAt(port)).as("errors met on a connection to it").isEqualTo(answer.errors());
        assertThat(answer.errorsSinceMark()).as(answer.errorTexts()).isZero();
        // HungAfterMillis, two probes of ConnectTimeoutMillis each, and a second
        assertThat(answer.worstMillis()).isLessThan(4_000);
    }
}
