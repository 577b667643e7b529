/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The slots between which links may be traded, those of one group with equal credentials, and their links by peer.
 *
 * <p>Thread-safe. A trade reads an array and does one compare-and-set.
 */
public final class SlotRegistry {

    /** How many links to one peer a trade looks at: if so many are at work, hardly any rests. */
    private static final int MOST_LOOKS = 32;

    private final RandomSource random;
    private final AtomicInteger slots = new AtomicInteger();
    private final Link.Index index = new Link.Index();

    private final AtomicReference<@Nullable Offer> offer = new AtomicReference<>();

    /**
     * A link from outside, and the peer of which a link is wanted for it. Immutable.
     *
     * @param slot where {@code offered} rests; it is none of these
     */
    public record Offer(Slot slot, Link offered, Peer giver) {}

    /** @param random where the search for a partner begins */
    public SlotRegistry(RandomSource random) {
        this.random = random;
    }

    /** Lets the links of {@code slot} be traded. */
    public void add(Slot slot) {
        slots.incrementAndGet();
        slot.join(index);
    }

    /** Counts {@code slot} no more, which is about to be left; returns false if it was not counted. */
    public boolean remove(Slot slot) {
        boolean counted = slot.part(index);
        if (counted) {
            slots.decrementAndGet();
        }
        return counted;
    }

    /** Returns the links to {@code peer} that there are now, at rest or at work. */
    public List<Link> links(Peer peer) {
        return List.of(index.of(peer));
    }

    /** Returns all links that there are now, at rest or at work. */
    public List<Link> links() {
        return index.all();
    }

    /** Returns how many slots there are. */
    public int size() {
        return slots.get();
    }

    /**
     * Makes an offer: the next unit of work that has a link of its giver in hand trades that for the one that is
     * offered. This is how a new link gets in where none ever rests long enough to be exchanged. One at a time.
     */
    public void offer(Offer next) {
        offer.set(next);
    }

    /** Ends what {@link #offer} began. A trade under way may still succeed until the slot is left. */
    public void withdraw(Offer ended) {
        offer.compareAndSet(ended, null);
    }

    /**
     * Takes what {@link #offer} offers, if it is for who has {@code mine} in hand.
     *
     * @return the link the caller now has in hand, or null if it still is {@code mine}
     */
    @Nullable Link takeOffer(Link mine, EligiblePeers eligible) {
        Offer present = offer.get();
        return present != null
                        && present.giver == mine.peer()
                        && eligible.contains(present.offered.peer())
                        && present.slot.exchange(present.offered, mine)
                ? present.offered
                : null;
    }

    /**
     * Puts {@code fresh} in the place of a link that rests here.
     *
     * @param of the peer of the link to be replaced
     * @param leaving which of its links may be
     * @return the link that was replaced, which the caller owns now in the place of {@code fresh}; null if none was
     */
    public @Nullable Link replace(Peer of, Predicate<Link> leaving, Link fresh) {
        for (Link link : index.of(of)) {
            Link.Holder slot = link.slot();
            if (slot != null && leaving.test(link) && slot.exchange(link, fresh)) {
                return link;
            }
        }
        return null;
    }

    /** Returns whether a link to {@code wanted} may rest here. */
    boolean mayTradeFor(Peer wanted) {
        return wanted.mayRest() && index.of(wanted).length > 0;
    }

    /**
     * Trades a link in hand for a resting one that leads to {@code wanted}.
     *
     * @param mine a link in the caller's hand
     * @return the link the caller now has in hand: one to {@code wanted}, or {@code mine} if none is found that rests
     */
    public Link trade(Link mine, Peer wanted) {
        Link[] its = wanted == mine.peer() || !wanted.mayRest() ? Link.Index.NONE : index.of(wanted);
        int start = its.length < 2 ? 0 : random.below(its.length);
        for (int i = 0; i < its.length && i < MOST_LOOKS; i++) {
            Link theirs = its[start + i < its.length ? start + i : start + i - its.length];
            Link.Holder slot = theirs.slot();
            if (slot != null && slot.exchange(theirs, mine)) {
                return theirs;
            }
        }
        return mine;
    }
}
