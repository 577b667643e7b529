/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/**
 * A physical connection to one peer, as dealing sees it: something that exactly one {@link Slot} owns and that can be
 * traded for another.
 *
 * <p>Thread-safe.
 */
public abstract class Link {

    private final Peer peer;
    /** What stands in a slot while this link rests there: made once, so that a trade allocates nothing. */
    final Resting resting = new Resting(this);

    /** @param peer the peer it leads to, for good */
    protected Link(Peer peer) {
        this.peer = peer;
    }

    /** Returns the peer this link leads to. */
    public final Peer peer() {
        return peer;
    }

    /** A link that nobody uses now. */
    static final class Resting {
        final Link link;

        Resting(Link link) {
            this.link = link;
        }
    }
}
