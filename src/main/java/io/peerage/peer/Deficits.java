/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/**
 * What each peer is owed: units of work that were drawn for it and served by another, because no link to it rested just
 * then. Under a pool with every connection at work there is seldom one to trade with, and a peer that happens to own
 * one connection more would serve more; paid back at the next chance, the shares come out equal all the same. With
 * links at rest nothing is ever owed, and each deal is as random as its draw.
 *
 * <p>Stateless: each peer carries its own, and they change together with no lock. The sum over all peers is 0, but for
 * what is cut off at {@link #LIMIT}.
 */
final class Deficits {

    /** Debts beyond this are forgotten: they come from a time when there was no choice. */
    private static final int LIMIT = 16;

    /** A debt that trades alone seldom let arise: every link to the peer must have been at work for a while. */
    static final int MUCH = LIMIT / 2;

    private Deficits() {}

    /** Returns how many units {@code peer} is owed; negative if it served more than its own. */
    static int owed(Peer peer) {
        return peer.owed.get();
    }

    /** Records that {@code served} serves a unit that was drawn for {@code drawn}. */
    static void record(Peer drawn, Peer served) {
        drawn.owed.getAndUpdate(units -> Math.min(LIMIT, units + 1));
        served.owed.getAndUpdate(units -> Math.max(-LIMIT, units - 1));
    }
}
