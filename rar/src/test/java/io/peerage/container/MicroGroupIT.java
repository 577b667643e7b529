/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.container.load.Mode;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.ReplicationGroup;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Payara Micro on MySQL's Group Replication with three primaries, under eight paced threads: each member is stopped in
 * turn and rejoins, which costs what was on the wire to it, and no row whose commit was answered.
 */
@EnabledIf("io.peerage.local.Facilities#mySql")
@Timeout(300)
class MicroGroupIT {

    private static final int THREADS = 8;
    private static final String ROWS = "SELECT COUNT(*) FROM shop.load_unit";

    private static ReplicationGroup group;
    private static LoadedMicro micro;

    @BeforeAll
    static void boot() throws Exception {
        group = ReplicationGroup.start(ReplicationGroup.Mode.MULTI_PRIMARY, 3);
        micro = LoadedMicro.boot(group);
        assertThat(group.peers().stream().map(peer -> peer.execute("SELECT @@GLOBAL.auto_increment_offset")))
                .as("members that count alike give the same number twice")
                .doesNotHaveDuplicates()
                .isSubsetOf("1", "2", "3");
    }

    @AfterAll
    static void close() {
        if (micro != null) {
            micro.close();
        } else if (group != null) {
            group.close();
        }
    }

    @AfterEach
    void stop() throws Exception {
        micro.load(LoadedMicro.DIRECT).stop();
    }

    @Test
    void membersStoppedInTurnCostNoAcknowledgedRow() throws Exception {
        LoadClient load = micro.load(LoadedMicro.DIRECT);
        micro.mend(LoadedMicro.DIRECT);
        load.start(Mode.AUTO, Mode.JTA_WRITE);
        for (LocalPeer peer : group.peers()) {
            load.awaitThird(peer);
            long errors = load.counts().errors();
            peer.stop();
            load.mark();
            LoadAnswer without = load.awaitServed(500);
            assertThat(without.placedSinceMark(peer.port()))
                    .as("units that began after the end of %s and were dealt it", peer)
                    .isZero();
            assertThat(without.errorsSinceMark()).as(without.errorTexts()).isZero();
            group.rejoin(peer);
            load.awaitState(peer.name(), "up");
            load.awaitThird(peer);
            LoadAnswer back = load.counts();
            assertThat(back.errors() - errors).as(back.errorTexts()).isLessThanOrEqualTo(THREADS);
            assertThat(back.errors()).as("none since it is gone").isEqualTo(without.errors());
        }
        LoadAnswer end = load.stop();
        group.awaitComplete(group.peers());
        List<LocalPeer> members = group.peers();
        Patience.await(
                "all members to have the same rows",
                () -> members.stream()
                                .map(peer -> peer.execute(ROWS))
                                .distinct()
                                .count()
                        == 1);
        long rows = Long.parseLong(members.get(0).execute(ROWS));
        System.out.println("three primaries stopped in turn under Payara Micro and " + THREADS + " threads: "
                + end.served(members) + " units, " + end.committed() + " transactions acknowledged, " + end.errors()
                + " errors, " + (rows - end.committed()) + " of them committed; " + end.errorTexts());
        assertThat(rows).isBetween(end.committed(), end.committed() + end.errors());
    }
}
