/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.examples.servers.Cut.Point;
import io.peerage.local.GlassFishDomain;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@link CrashContract} on Payara Server and GlassFish, which finish nothing by themselves unless they are told to. */
abstract class DomainCrashContract extends CrashContract {

    DomainCrashContract(DomainExample example) {
        super(example);
    }

    @Test
    @DisplayName(
            "Killed within a two-phase commit, `automatic-recovery=false`: as it was after the restart, finished by"
                    + " `asadmin recover-transactions`")
    void theOperatorFinishesWhatTheServerDoesNot() throws Exception {
        recoverByItself(false);
        try {
            // Whether it is to recover is also a question of how it writes its log, which it decides when it starts.
            restart();
            List<Long> before = databases.balances();
            cutTransfer(Point.AFTER_THE_FIRST_COMMIT);
            List<String> inDoubt = databases.inDoubt();
            Scans scans = new Scans();
            wires.watch(scans);

            restart();
            assertThat(scans.count()).as("questions for prepared branches").isZero();
            assertThat(databases.inDoubt()).containsExactlyInAnyOrderElementsOf(inDoubt);

            // The command answers with success, and does nothing, while the server is not to recover, and in GlassFish
            // also once a transaction has begun since the start: then another start rolls back what is left.
            recoverByItself(true);
            domain().asadmin("recover-transactions", "server");
            assertThat(scans.count()).as("questions for prepared branches").isPositive();
            assertThat(databases.inDoubt()).isEmpty();
            assertMoved(true, before);
        } finally {
            if (!server.isRunning()) {
                restart();
            }
            recoverByItself(true);
        }
    }

    private void recoverByItself(boolean automatic) {
        domain().asadmin("set", "configs.config.server-config.transaction-service.automatic-recovery=" + automatic);
    }

    private GlassFishDomain domain() {
        return (GlassFishDomain) server;
    }
}
