/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Who serves how much of what goes through Payara Micro's pool, which by itself prefers some connections.
 *
 * <p>Eight threads get several seconds of work: with every connection in use peers take turns, two a second, at owning
 * one more, so shares are equal over many turns and not over the part of a second that 3,000 queries take then. The
 * pool has the adapter's defaults: with the short times of other tests a busy machine could make a peer look dead.
 */
@ExtendWith(LoadedMicroExtension.class)
@Timeout(240)
class MicroSharesIT {

    private final LoadedMicro micro;

    MicroSharesIT(LoadedMicro micro) {
        this.micro = micro;
    }

    @BeforeEach
    void everyPeerServes() throws Exception {
        micro.mend(LoadedMicro.PLAIN);
    }

    @Test
    void queriesOfOneThread() throws Exception {
        everyPeerServesAThird(3_000, 1, Mode.AUTO);
    }

    @Test
    void queriesOfEightThreads() throws Exception {
        everyPeerServesAThird(120_000, 8, Mode.AUTO);
    }

    @Test
    void transactionsOfOneThread() throws Exception {
        everyPeerServesAThird(3_000, 1, Mode.JTA_READ);
    }

    @Test
    void transactionsOfEightThreads() throws Exception {
        everyPeerServesAThird(60_000, 8, Mode.JTA_READ);
    }

    @Test
    void transactionsThatWriteOfEightThreads() throws Exception {
        everyPeerServesAThird(24_000, 8, Mode.JTA_WRITE);
    }

    private void everyPeerServesAThird(int units, int threads, Mode mode) throws Exception {
        int changesBefore = micro.changes().size();
        long began = System.nanoTime();
        LoadAnswer answer = micro.load(LoadedMicro.PLAIN).run(units, threads, mode);
        Map<String, Double> shares = answer.shares(micro.peers());
        System.out.println("shares of " + units + " units, " + mode + ", " + threads + " threads: " + shares + " in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) + " ms");
        assertThat(answer.errors()).as(answer.errorTexts()).isZero();
        assertThat(answer.served(micro.peers())).isEqualTo(units);
        List<String> changes = micro.changes();
        assertThat(shares.values())
                .as("while the log said %s", changes.subList(changesBefore, changes.size()))
                .allSatisfy(share -> assertThat(share).isBetween(30.3, 36.3));
    }
}
