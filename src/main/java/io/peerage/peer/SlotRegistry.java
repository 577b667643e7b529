/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The slots between which links may be traded: those of one group with equal credentials.
 *
 * <p>Thread-safe. Coming and going copies an array; a trade reads it and does one compare-and-set.
 */
public final class SlotRegistry {

    private static final Slot[] NONE = {};

    private final RandomSource random;
    private volatile Slot[] slots = NONE;
    private volatile @Nullable Guest guest;

    /** A slot that is nobody's own, and the peer of which a link is wanted for the one that rests there. */
    private record Guest(Slot slot, Link offered, Peer giver) {}

    /** @param random where the search for a partner begins */
    public SlotRegistry(RandomSource random) {
        this.random = random;
    }

    /** Lets the links of {@code slot} be traded. */
    public synchronized void add(Slot slot) {
        Slot[] longer = Arrays.copyOf(slots, slots.length + 1);
        longer[slots.length] = slot;
        slots = longer;
    }

    /** Forgets {@code slot}; does nothing if it is not here. */
    public synchronized void remove(Slot slot) {
        Slot[] now = slots;
        for (int i = 0; i < now.length; i++) {
            if (now[i] == slot) {
                Slot[] shorter = Arrays.copyOf(now, now.length - 1);
                System.arraycopy(now, i + 1, shorter, i, shorter.length - i);
                slots = shorter;
                return;
            }
        }
    }

    /**
     * Offers a link from outside: the next unit of work that has a link of {@code giver} in hand trades it
     * for {@code offered}. This is how a new link gets in where none ever rests long enough to be exchanged. One at a time.
     *
     * @param slot where {@code offered} rests; it is not one of {@link #all()}
     */
    public synchronized void host(Slot slot, Link offered, Peer giver) {
        guest = new Guest(slot, offered, giver);
    }

    /** Ends what {@link #host} began. A trade under way may still succeed until the slot is left. */
    public synchronized void dismiss(Slot slot) {
        Guest present = guest;
        if (present != null && present.slot == slot) {
            guest = null;
        }
    }

    /**
     * Takes what {@link #host} offers, if it is for who has {@code mine} in hand.
     *
     * @return the link the caller now has in hand, or null if it still is {@code mine}
     */
    @Nullable Link takeOffer(Link mine, EligiblePeers eligible) {
        Guest visitor = guest;
        return visitor != null
                        && visitor.giver == mine.peer()
                        && eligible.deals(visitor.offered.peer())
                        && visitor.slot.exchange(visitor.offered, mine)
                ? visitor.offered
                : null;
    }

    /**
     * Puts {@code fresh} in the place of a link that rests here.
     *
     * @param leaving which links may be replaced
     * @return the link that was replaced, which the caller owns now in the place of {@code fresh}; null if none was
     */
    public @Nullable Link replace(Predicate<Link> leaving, Link fresh) {
        for (Slot slot : slots) {
            Link link = slot.resting();
            if (link != null && leaving.test(link) && slot.exchange(link, fresh)) {
                return link;
            }
        }
        return null;
    }

    /** Returns the slots of this moment. The array is shared and must not be written. */
    Slot[] slots() {
        return slots;
    }

    /** Returns the slots of this moment, for those who look at all of them. */
    public List<Slot> all() {
        return List.of(slots);
    }

    /** Returns how many slots there are. */
    public int size() {
        return slots.length;
    }

    /**
     * Trades a link in hand for a resting one that leads to {@code wanted}.
     *
     * @param mine a link in the caller's hand
     * @return the link the caller now has in hand: one to {@code wanted}, or {@code mine} if none rests
     */
    public Link trade(Link mine, Peer wanted) {
        Slot[] now = slots;
        int start = random.below(now.length == 0 ? 1 : now.length);
        for (int i = 0; i < now.length; i++) {
            int at = start + i < now.length ? start + i : start + i - now.length;
            Link theirs = now[at].resting();
            if (theirs != null && theirs.peer() == wanted && now[at].exchange(theirs, mine)) {
                return theirs;
            }
        }
        return mine;
    }

    /**
     * Trades a link in hand for the resting one whose peer has the best claim to this unit of work: what it is owed, and
     * one more if the unit was drawn for it.
     *
     * @param mine a link in the caller's hand
     * @param most the most that any peer is owed, with which the search may end
     * @return the link the caller now has in hand: {@code mine} if none that rests has a better claim
     */
    Link trade(Link mine, Peer drawn, EligiblePeers eligible, int most) {
        Slot[] now = slots;
        int start = random.below(now.length == 0 ? 1 : now.length);
        int enough = Math.max(most, Deficits.owed(drawn) + 1);
        int bestClaim = claim(mine.peer(), drawn, eligible);
        Slot bestSeat = null;
        Link best = mine;
        for (int i = 0; i < now.length && bestClaim < enough; i++) {
            int at = start + i < now.length ? start + i : start + i - now.length;
            Link theirs = now[at].resting();
            if (theirs != null) {
                int claim = claim(theirs.peer(), drawn, eligible);
                if (claim > bestClaim) {
                    bestClaim = claim;
                    bestSeat = now[at];
                    best = theirs;
                }
            }
        }
        return bestSeat != null && bestSeat.exchange(best, mine) ? best : mine;
    }

    private static int claim(Peer peer, Peer drawn, EligiblePeers eligible) {
        if (!eligible.deals(peer)) {
            return Integer.MIN_VALUE;
        }
        return Deficits.owed(peer) + (peer == drawn ? 1 : 0);
    }
}
