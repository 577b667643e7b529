/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.local.Flavour;
import io.peerage.local.LocalPeer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** A user of MySQL as it is installed, who may not list branches until somebody grants it. */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(60)
class RecoveryRightIT {

    /** Payara and GlassFish hold up every transaction until recovery has asked: no waiting helps against a refusal. */
    @Test
    void recoveryDoesNotWaitForAServerThatRefusesToListAndNamesTheGrant() throws Exception {
        try (LocalPeer peer = LocalPeer.start(Flavour.mySql(), "right")) {
            PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
            factory.setPeers("only@" + peer.address());
            factory.setDatabaseName(LocalPeer.DATABASE);
            factory.setUserName(LocalPeer.USER);
            factory.setPassword(LocalPeer.PASSWORD);
            factory.setRecoveryWaitSeconds(600);
            try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(factory)) {
                XAException refused = catchThrowableOfType(XAException.class, recovery::list);
                assertThat(refused.errorCode).isEqualTo(XAException.XAER_RMFAIL);
                assertThat(refused).hasMessageContaining("GRANT XA_RECOVER_ADMIN");
                peer.execute("GRANT XA_RECOVER_ADMIN ON *.* TO '" + LocalPeer.USER + "'@'127.0.0.1'");
                Xid[] listed = recovery.list();
                assertThat(listed).isEmpty();
            } finally {
                LivePeers.stop(factory);
            }
        }
    }
}
