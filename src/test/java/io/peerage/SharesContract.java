/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Patience;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Equal shares under a last-in-first-out pool, and none for a peer that was taken out. */
interface SharesContract extends Contract {

    @Test
    default void bothPeersGetTheSame() throws Exception {
        int queries = 600;
        Map<String, Integer> shares = site().shares(pool(site().factory(), 4), queries);
        // five standard deviations of a fair draw
        assertThat(shares)
                .hasSize(2)
                .allSatisfy((peer, count) -> assertThat(count).isBetween(queries * 4 / 10, queries * 6 / 10));
    }

    @Test
    default void aDrainedPeerIsEmptiedWithoutAnErrorAndComesBack() throws Exception {
        PeerDataSource source = pool(site().watchful(), 4);
        PeerControl control = source.unwrap(PeerControl.class);
        assertThat(site().shares(source, 50)).containsOnlyKeys("hurt", "other");
        control.drain("hurt");
        assertThat(control.awaitNoConnections("hurt", Duration.ofSeconds(20))).isTrue();
        assertThat(site().shares(source, 50)).containsOnlyKeys("other");
        control.resume("hurt");
        LivePeers.awaitState(source, "hurt", "up");
        Patience.await("its share", () -> site().shares(source, 20).containsKey("hurt"));
    }
}
