/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a unit of work costs through Payara Micro's warm pool, by the servers' own counts for the pool's user. */
@ExtendWith(LoadedMicroExtension.class)
@Timeout(180)
class MicroEconomyIT {

    private static final int UNITS = 3_000;

    private final LoadedMicro micro;
    private final LoadClient load;

    MicroEconomyIT(LoadedMicro micro) {
        this.micro = micro;
        this.load = micro.load(LoadedMicro.COUNTED);
    }

    @BeforeEach
    void countByUser() throws Exception {
        micro.mend(LoadedMicro.COUNTED);
        micro.peers().forEach(peer -> peer.execute("SET GLOBAL userstat = 1"));
        load.run(100, 1, Mode.AUTO);
    }

    @Test
    void aQueryCostsOneStatement() throws Exception {
        long pings = pings();
        assertThat(statements(Mode.AUTO)).isEqualTo(UNITS);
        assertThat(pings() - pings).as("pings").isZero();
    }

    @Test
    void aTransactionOfOneQueryCostsThreeMore() throws Exception {
        assertThat(statements(Mode.JTA_READ)).isEqualTo(4 * UNITS);
    }

    private long statements(Mode mode) throws Exception {
        long before = statements();
        LoadAnswer answer = load.run(UNITS, 1, mode);
        long statements = statements() - before;
        System.out.printf("statements per unit, %s: %.4f%n", mode, statements / (double) UNITS);
        assertThat(answer.served(micro.peers())).isEqualTo(UNITS);
        return statements;
    }

    private long statements() {
        return micro.peers().stream()
                .mapToLong(peer ->
                        Long.parseLong(peer.execute("SELECT SUM(select_commands + update_commands + other_commands)"
                                + " FROM information_schema.user_statistics WHERE user = '" + LoadedMicro.COUNTED
                                + "'")))
                .sum();
    }

    /** Returns what the servers count apart from statements. */
    private long pings() {
        return micro.peers().stream()
                .mapToLong(peer -> peer.status("Com_admin_commands"))
                .sum();
    }
}
