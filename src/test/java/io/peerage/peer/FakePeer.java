/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/** Makes peers that belong to no group. Stateless. */
public final class FakePeer {

    private FakePeer() {}

    /** Returns a peer that nobody has listed. */
    public static Peer stranger() {
        return new Peer(new NamedEndpoint("stranger", 1), 0, Ticker.system());
    }
}
