/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Health;
import io.peerage.peer.Silence;
import io.peerage.server.WritesHangException;

/** Tells a peer on which calls hang. Stateless. */
final class HungPeer {

    private HungPeer() {}

    /**
     * Returns whether the peer is down and nothing was heard of it, as of one that is frozen or unreachable, or what writes
     * on it hangs though it answers; or drained and silent more than once in a row.
     */
    static boolean metSilence(Health health) {
        if (health instanceof Health.Drained drained) {
            return drained.silences() > 1;
        }
        return (health instanceof Health.Down || health instanceof Health.Probing)
                && (Silence.in(health.cause()) || health.cause() instanceof WritesHangException);
    }
}
