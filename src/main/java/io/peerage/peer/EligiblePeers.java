/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.ArrayList;
import java.util.List;

/**
 * Who can be dealt at one moment. Computed when a state changes, so that a deal only reads it. Immutable.
 *
 * @param dealable the peers to deal to: those without any doubt; when there is none, those under suspicion; when there is
 *     none of these either, those that serve as the last resort
 */
record EligiblePeers(List<Peer> dealable) {

    static EligiblePeers of(List<Peer> peers) {
        List<Peer> sound = new ArrayList<>(peers.size());
        List<Peer> suspected = new ArrayList<>(peers.size());
        List<Peer> lastResorts = new ArrayList<>(peers.size());
        for (Peer peer : peers) {
            Health health = peer.health();
            if (health instanceof Health.Up || health instanceof Health.Refusing) {
                sound.add(peer);
            } else if (health instanceof Health.Suspected) {
                suspected.add(peer);
            } else if (health instanceof Health.LastResort) {
                lastResorts.add(peer);
            }
        }
        List<Peer> better = sound.isEmpty() ? suspected : sound;
        return new EligiblePeers(List.copyOf(better.isEmpty() ? lastResorts : better));
    }

    /** Returns whether {@code peer} may be dealt. */
    boolean deals(Peer peer) {
        for (int i = 0; i < dealable.size(); i++) {
            if (dealable.get(i) == peer) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return dealable.isEmpty();
    }
}
