/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Puts a fresh connection in the place of one of another peer, whichever rests there first. Where none rests, because
 * all are at work, it is offered: the next unit of work that begins with one of that peer takes the fresh one instead,
 * and what it left is closed. So each connection that was opened is used; for that while there is one connection more
 * than managed connections.
 *
 * <p>One offer at a time. {@link #place} and {@link #look} are called by one thread at a time; {@link #end} by any.
 */
final class Offer {

    /** How long an offer stands: longer than most units of work. */
    private static final long STANDS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PeerGroup group;
    private final Ticker ticker;
    private final AtomicReference<@Nullable Standing> standing = new AtomicReference<>();

    /** What is offered to the users of {@code registry}, and until when. */
    private record Standing(SlotRegistry registry, SlotRegistry.Offer offer, long until) {}

    Offer(PeerGroup group, Ticker ticker) {
        this.group = group;
        this.ticker = ticker;
    }

    /** Puts {@code fresh} in the place of a link of {@code giver}, now or when one can be had; closes it if none can. */
    void place(SlotRegistry registry, PhysicalConnection fresh, Peer giver) {
        if (replaces(registry, fresh, giver)) {
            return;
        }
        SlotRegistry.Offer offer = new SlotRegistry.Offer(new Slot(fresh), fresh, giver);
        if (standing.compareAndSet(null, new Standing(registry, offer, ticker.nanos() + STANDS_NANOS))) {
            registry.offer(offer);
        } else {
            fresh.discard();
        }
    }

    private static boolean replaces(SlotRegistry registry, Link fresh, Peer giver) {
        Link left = registry.replace(giver, link -> true, fresh);
        PhysicalConnection.discard(left);
        return left != null;
    }

    /** Returns whether an offer stands, which {@link #look} should be called for in a few milliseconds. */
    boolean isStanding() {
        return standing.get() != null;
    }

    /**
     * Ends the offer if it was taken, can be placed now, stood for long, or leads to a peer that cannot serve any more;
     * or if its registry is empty, which nobody comes back to.
     */
    void look() {
        Standing present = standing.get();
        if (present == null) {
            return;
        }
        boolean over = present.offer.slot().resting() != present.offer.offered()
                || present.registry.size() == 0
                || ticker.nanos() - present.until >= 0
                || !group.serves(present.offer.offered().peer());
        if (over || placed(present)) {
            leave(present);
        }
    }

    /** In hand meanwhile, for nobody may take it where it stands while it is put elsewhere. */
    private static boolean placed(Standing present) {
        SlotRegistry.Offer offer = present.offer;
        Link taken = offer.slot().take();
        if (taken == null) {
            return false;
        }
        // Else a unit of work has just taken the offer, and this is what it left.
        if (taken == offer.offered() && replaces(present.registry, taken, offer.giver())) {
            return true;
        }
        if (!offer.slot().giveBack(taken)) {
            PhysicalConnection.discard(taken);
        }
        return false;
    }

    /** Ends the offer, if one stands. */
    void end() {
        Standing present = standing.get();
        if (present != null) {
            leave(present);
        }
    }

    private void leave(Standing present) {
        standing.compareAndSet(present, null);
        present.registry.withdraw(present.offer);
        PhysicalConnection.discard(present.offer.slot().leave());
    }
}
