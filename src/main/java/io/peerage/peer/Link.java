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
    private volatile @Nullable Slot slot;
    /** Where it is found by its peer; null before it first rests there, and after its end. */
    private volatile @Nullable SlotRegistry registry;

    /** @param peer the peer it leads to, for good */
    protected Link(Peer peer) {
        this.peer = peer;
    }

    /** Returns the peer this link leads to. */
    public final Peer peer() {
        return peer;
    }

    /** Has others find it in {@code where}, of {@code home}; null: nobody is to find it there. */
    final void rests(Slot where, @Nullable SlotRegistry home) {
        Slot next = home == null ? null : where;
        if (slot != next) {
            slot = next;
        }
        serves(home);
    }

    /** Has it counted among the links of {@code home}, if that is not null. */
    final void serves(@Nullable SlotRegistry home) {
        if (home != null && registry != home) {
            registry = home;
            home.adopt(this);
        }
    }

    /** Returns the slot it was last put to rest in, or null. */
    final @Nullable Slot slot() {
        return slot;
    }

    /** Returns whether it rests just now where others find it. */
    public final boolean isAtRest() {
        Slot here = slot;
        return here != null && here.resting() == this;
    }

    /** Has nobody find it any more; to be called when it ends. */
    protected final void forget() {
        SlotRegistry home = registry;
        if (home != null) {
            home.forget(this);
        }
    }

    /** A link that nobody uses now. */
    static final class Resting {
        final Link link;

        Resting(Link link) {
            this.link = link;
        }
    }
}
