/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each peer served beyond its share, by weight. */
class RecentSharesTest {

    private final Peer a = new Peer(new NamedEndpoint("a", 1), 0, () -> 0);
    private final Peer b = new Peer(new NamedEndpoint("b", 2), 1, () -> 0);
    private final RecentShares shares = new RecentShares();

    private void assertSurplus(double ofA, double ofB) {
        Map<Peer, Double> surplus = shares.surplus(List.of(a, b));
        assertThat(surplus.get(a)).isEqualTo(ofA, within(1e-9));
        assertThat(surplus.get(b)).isEqualTo(ofB, within(1e-9));
    }

    private static void serve(Peer peer, int units) {
        for (int i = 0; i < units; i++) {
            peer.dealt();
        }
    }

    @Test
    void whatWasServedBeforeAnybodyAskedDoesNotCount() {
        serve(a, 5);
        assertSurplus(0, 0);
    }

    @Test
    void aMoveForgetsATenth() {
        assertSurplus(0, 0);
        serve(a, 6);
        serve(b, 3);
        assertSurplus(6 - 3, 3 / 2.0 - 3);
        shares.moved();
        assertSurplus(2.7, -1.35);
        serve(b, 6);
        assertSurplus(2.7 - 2, (6 - 2.7) / 2 - 2);
    }

    @Test
    void everythingIsForgottenWhenAPeerComesOrGoes() {
        assertSurplus(0, 0);
        serve(a, 6);
        assertThat(shares.surplus(List.of(a))).containsOnlyKeys(a);
        assertSurplus(0, 0);
    }
}
