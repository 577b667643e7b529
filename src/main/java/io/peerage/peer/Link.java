/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import org.jspecify.annotations.Nullable;

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
    /** Where it was last put to rest, which is where it can be traded for if it still rests there; null: nowhere. */
    private volatile @Nullable Holder slot;
    /** Where it is found by its peer; null before it first rests there, and after its end. */
    private volatile @Nullable Home home;

    /** @param peer the peer it leads to, for good */
    protected Link(Peer peer) {
        this.peer = peer;
    }

    /** Returns the peer this link leads to. */
    public final Peer peer() {
        return peer;
    }

    /** Has others find it in {@code where}, of {@code its}; null: nobody is to find it there. */
    final void rests(Holder where, @Nullable Home its) {
        Holder next = its == null ? null : where;
        if (slot != next) {
            slot = next;
        }
        serves(its);
    }

    /** Has it counted among the links of {@code its}, if that is not null. */
    final void serves(@Nullable Home its) {
        if (its != null && home != its) {
            home = its;
            its.adopt(this);
        }
    }

    /** Returns where it was last put to rest, or null. */
    final @Nullable Holder slot() {
        return slot;
    }

    /** Returns whether it rests just now where others find it. */
    public final boolean isAtRest() {
        Holder here = slot;
        return here != null && here.resting() == this;
    }

    /** Has nobody find it any more; to be called when it ends. */
    protected final void forget() {
        Home its = home;
        if (its != null) {
            its.forget(this);
        }
    }

    /** What a link may rest in: a slot. */
    interface Holder {

        /** See {@link Slot#resting}. */
        @Nullable Link resting();

        /** See {@link Slot#exchange}. */
        boolean exchange(Link wanted, Link offered);
    }

    /** Where links are found by their peer. */
    interface Home {

        void adopt(Link link);

        void forget(Link link);
    }

    /** A link that nobody uses now. */
    static final class Resting {
        final Link link;

        Resting(Link link) {
            this.link = link;
        }
    }
}
