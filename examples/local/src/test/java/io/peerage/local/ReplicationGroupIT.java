/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** What suites of tests do to a group of three: after each, all members have the same rows. */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(240)
class ReplicationGroupIT {

    @AutoClose
    private static ReplicationGroup group;

    @BeforeAll
    static void start() throws Exception {
        group = ReplicationGroup.start(ReplicationGroup.Mode.SINGLE_PRIMARY, 3);
        group.execute("CREATE TABLE shop.t (id INT PRIMARY KEY)");
    }

    @BeforeEach
    void mend() throws Exception {
        group.mend();
    }

    private static void write(int id) throws Exception {
        group.primary().execute("INSERT INTO shop.t VALUES (" + id + ")");
        for (LocalPeer other : group.peers()) {
            Patience.await(
                    "row " + id + " on " + other,
                    () -> other.execute("SELECT 1 FROM shop.t WHERE id = " + id).equals("1"));
        }
    }

    @Test
    void aStoppedMemberRejoinsAndAKilledOneToo() throws Exception {
        LocalPeer peer = group.others(group.primary()).get(0);
        peer.stop();
        group.rejoin(peer);
        write(1);
        peer.kill();
        group.rejoin(peer);
        write(2);
        group.awaitComplete(group.peers());
    }

    @Test
    void thePrimaryMoves() throws Exception {
        LocalPeer second = group.others(group.primary()).get(1);
        group.setPrimary(second);
        assertThat(group.primary()).isEqualTo(second);
        write(10);
    }

    @Test
    void aGroupWithoutAMajorityIsMended() throws Exception {
        LocalPeer primary = group.primary();
        group.others(primary).forEach(LocalPeer::kill);
        Patience.await("the majority to be lost", ReplicationGroup.JOIN_LIMIT, () -> !group.serves(primary));
        group.mend();
        write(20);
    }

    @Test
    void aGroupOfWhichNobodyIsLeftIsMended() throws Exception {
        write(30);
        group.peers().forEach(LocalPeer::kill);
        group.mend();
        assertThat(group.primary().execute("SELECT id FROM shop.t WHERE id = 30"))
                .isEqualTo("30");
        write(31);
    }
}
