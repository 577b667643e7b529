/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import javax.transaction.xa.XAResource;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;

/** A branch whose connection is gone is found and finished from another one, also after a restart of its peer. */
interface RecoveryContract extends Contract {

    @Test
    default void aPreparedBranchIsCommittedFromAnotherConnection() throws Exception {
        Branch branch = prepare();
        finish(branch, true);
        assertThat(site().value(site().hurt())).isEqualTo("7");
    }

    @Test
    default void aPreparedBranchOutlivesItsPeerAndIsRolledBackFromAnotherConnection() throws Exception {
        Branch branch = prepare();
        site().hurt().kill();
        site().hurt().restart();
        finish(branch, false);
        assertThat(site().value(site().hurt())).isEqualTo("0");
    }

    /** Leaves a branch on the peer that is hurt, without a connection that knows of it. */
    private Branch prepare() throws Exception {
        PeerManagedConnectionFactory factory = site().at("hurt@" + site().hurt().address());
        leftovers().add(() -> LivePeers.stop(factory));
        Branch branch = new Branch("global", "one");
        ManagedConnection managed = factory.createManagedConnection(null, null);
        managed.getXAResource().start(branch, XAResource.TMNOFLAGS);
        try (Connection connection = (Connection) managed.getConnection(null, null)) {
            Site.change(connection, 7);
        }
        managed.getXAResource().end(branch, XAResource.TMSUCCESS);
        managed.getXAResource().prepare(branch);
        managed.destroy();
        assertThat(site().dialect().prepared(site().hurt())).hasSize(1);
        return branch;
    }

    /** Does so by a pool that has never seen the branch. */
    private void finish(Branch branch, boolean commit) throws Exception {
        PeerManagedConnectionFactory factory = site().factory();
        leftovers().add(() -> LivePeers.stop(factory));
        try (GlobalTransaction.Recovery recovery = GlobalTransaction.recovery(factory)) {
            assertThat(recovery.list())
                    .singleElement()
                    .is(new Condition<>(found -> Branch.of(found).toString().equals(branch.toString()), "the branch"));
            recovery.finish(branch, commit);
            assertThat(recovery.list()).isEmpty();
        }
        assertThat(site().dialect().prepared(site().hurt())).isEmpty();
    }
}
