/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** What suites of tests do to a Galera cluster of three: after each, all nodes have the same rows. */
@EnabledIf("io.peerage.local.Facilities#galera")
@Timeout(180)
class GaleraClusterIT {

    @AutoClose
    private static GaleraCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = GaleraCluster.start(3);
        cluster.execute("CREATE TABLE shop.t (id INT PRIMARY KEY)");
    }

    @BeforeEach
    void mend() throws Exception {
        cluster.mend();
    }

    private static void write(LocalPeer peer, int id) throws Exception {
        peer.execute("INSERT INTO shop.t VALUES (" + id + ")");
        for (LocalPeer other : cluster.peers()) {
            Patience.await(
                    "row " + id + " on " + other,
                    () -> other.execute("SELECT 1 FROM shop.t WHERE id = " + id).equals("1"));
        }
    }

    @Test
    void aStoppedNodeRejoinsAndAKilledOneToo() throws Exception {
        LocalPeer peer = cluster.peer(2);
        peer.stop();
        cluster.peer(1).execute("INSERT INTO shop.t VALUES (1)");
        cluster.rejoin(peer);
        write(peer, 2);
        peer.kill();
        cluster.peer(3).execute("INSERT INTO shop.t VALUES (3)");
        cluster.rejoin(peer);
        write(peer, 4);
        assertThat(peer.execute("SELECT COUNT(*) FROM shop.t WHERE id < 10")).isEqualTo("4");
    }

    @Test
    void theOneThatBeganItRejoinsToo() throws Exception {
        cluster.peer(1).stop();
        cluster.rejoin(cluster.peer(1));
        cluster.awaitComplete(cluster.peers());
        write(cluster.peer(1), 10);
    }

    @Test
    void aClusterWithoutQuorumIsMended() throws Exception {
        cluster.peer(1).kill();
        cluster.peer(2).kill();
        Patience.await("the quorum to be lost", () -> !cluster.serves(cluster.peer(3)));
        cluster.mend();
        write(cluster.peer(1), 20);
    }
}
