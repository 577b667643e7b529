/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import io.peerage.local.LocalPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer under Payara Micro that is killed under eight paced threads, and comes back. */
@ExtendWith(LoadedMicroExtension.class)
@Timeout(180)
class MicroKillIT {

    /** One of each thread at the most can be on the wire when the peer dies. */
    private static final int THREADS = 8;

    private final LoadedMicro micro;
    private final LoadClient load;

    MicroKillIT(LoadedMicro micro) {
        this.micro = micro;
        this.load = micro.load(LoadedMicro.DIRECT);
    }

    @BeforeEach
    void everyPeerServes() throws Exception {
        micro.mend(LoadedMicro.DIRECT);
    }

    @AfterEach
    void stop() throws Exception {
        load.stop();
    }

    @Test
    void queries() throws Exception {
        load.start(Mode.AUTO);
        killAndReturn(micro.peers().get(1));
    }

    @Test
    void transactionsThatWrite() throws Exception {
        long before = micro.rows();
        load.start(Mode.JTA_WRITE);
        killAndReturn(micro.peers().get(2));
        LoadAnswer end = load.stop();
        assertThat(micro.rows() - before)
                .as("rows: all whose commit was answered, and at most those besides that met an error")
                .isBetween(end.committed(), end.committed() + end.errors());
    }

    private void killAndReturn(LocalPeer peer) throws Exception {
        load.awaitServed(500);
        peer.kill();
        load.mark();
        LoadAnswer after = load.awaitServed(1_000);
        System.out.println("killed under " + THREADS + " threads: " + after.errors() + " errors, worst request "
                + after.worstMillis() + " ms; " + after.errorTexts());
        assertOnlyOnTheWire(after, peer);
        assertThat(after.placedSinceMark(peer.port()))
                .as("units that began after the kill and were dealt the dead peer")
                .isZero();

        peer.restart();
        long back = load.awaitThird(peer);
        System.out.println("a third again " + back + " ms after its return");
        assertThat(back).isLessThan((LoadedMicro.CHECK_INTERVAL_SECONDS + 10) * 1_000L);
        LoadAnswer end = load.counts();
        assertThat(end.errors()).as("none after that").isEqualTo(after.errors());
        assertOnlyOnTheWire(end, peer);
    }

    private static void assertOnlyOnTheWire(LoadAnswer answer, LocalPeer peer) {
        assertThat(answer.errors()).as(answer.errorTexts()).isLessThanOrEqualTo(THREADS);
        assertThat(answer.errorsAt(peer.port()))
                .as("errors met on a connection to the killed peer")
                .isEqualTo(answer.errors());
        assertThat(answer.errorsSinceMark())
                .as("errors of what began after the kill: " + answer.errorTexts())
                .isZero();
        assertThat(answer.worstMillis()).isLessThan(LoadedMicro.CONNECT_TIMEOUT_MILLIS + 1_000);
    }
}
