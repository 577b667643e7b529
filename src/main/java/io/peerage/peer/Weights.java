/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;

/** The peers laid out on a line, each as long as its weight. Stateless. */
final class Weights {

    private Weights() {}

    static int total(List<Peer> peers) {
        int total = 0;
        for (int i = 0; i < peers.size(); i++) {
            total += peers.get(i).weight();
        }
        return total;
    }

    /** Returns the peer at {@code point}, from 0 to the total less 1; the last one if weights have shrunk since. */
    static Peer at(List<Peer> peers, int point) {
        int left = point;
        for (int i = 0; i < peers.size(); i++) {
            left -= peers.get(i).weight();
            if (left < 0) {
                return peers.get(i);
            }
        }
        return peers.get(peers.size() - 1);
    }
}
