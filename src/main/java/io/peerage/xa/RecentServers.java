/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.LiveGroup;
import io.peerage.connect.ServerId;
import io.peerage.peer.Peer;
import java.util.Set;

/** The servers that the addresses of peers have led to lately. Thread-safe. */
interface RecentServers {

    /** Returns those of {@code peer}. */
    Set<ServerId> of(Peer peer);

    /** Forgets those of {@code peer}. */
    void forget(Peer peer);

    /** Returns those that the connections of {@code group} have met. */
    static RecentServers of(LiveGroup group) {
        return new RecentServers() {
            @Override
            public Set<ServerId> of(Peer peer) {
                return group.connector().serversSeen(peer);
            }

            @Override
            public void forget(Peer peer) {
                group.connector().forgetServers(peer);
            }
        };
    }
}
