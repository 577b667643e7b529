/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The slots between which links may be traded, those of one group with equal credentials, and their links by peer.
 *
 * <p>Thread-safe. A link that comes or goes copies an array; a trade reads it and does one compare-and-set.
 */
public final class SlotRegistry {

    private static final Link[] NONE = {};
    /** How many links to one peer a trade looks at: if so many are at work, hardly any rests. */
    private static final int MOST_LOOKS = 32;

    private final RandomSource random;
    private final AtomicInteger slots = new AtomicInteger();
    /** Wherever they are, at rest or at work. Replaced as a whole under {@code this}. */
    private volatile Map<Peer, Link[]> links = Map.of();

    private volatile @Nullable Guest guest;

    /** A slot outside, and the peer of which a link is wanted for the one that rests there. */
    private record Guest(Slot slot, Link offered, Peer giver) {}

    /** @param random where the search for a partner begins */
    public SlotRegistry(RandomSource random) {
        this.random = random;
    }

    /** Lets the links of {@code slot} be traded. */
    public void add(Slot slot) {
        slots.incrementAndGet();
        slot.join(this);
    }

    /** Counts {@code slot} no more, which is about to be left; returns false if it was not counted. */
    public boolean remove(Slot slot) {
        boolean counted = slot.part(this);
        if (counted) {
            slots.decrementAndGet();
        }
        return counted;
    }

    synchronized void adopt(Link link) {
        Map<Peer, Link[]> more = new HashMap<>(links);
        more.merge(link.peer(), new Link[] {link}, SlotRegistry::joined);
        links = more;
    }

    private static Link[] joined(Link[] some, Link[] one) {
        Link[] all = Arrays.copyOf(some, some.length + 1);
        all[some.length] = one[0];
        return all;
    }

    synchronized void forget(Link link) {
        Map<Peer, Link[]> fewer = new HashMap<>(links);
        fewer.computeIfPresent(link.peer(), (peer, some) -> {
            Link[] rest = Arrays.stream(some).filter(other -> other != link).toArray(Link[]::new);
            return rest.length == 0 ? null : rest;
        });
        links = fewer;
    }

    /** Returns the links to {@code peer} that there are now, at rest or at work. */
    public List<Link> links(Peer peer) {
        return List.of(links.getOrDefault(peer, NONE));
    }

    /** Returns all links that there are now, at rest or at work. */
    public List<Link> links() {
        return links.values().stream().flatMap(Arrays::stream).toList();
    }

    /** Returns how many slots there are. */
    public int size() {
        return slots.get();
    }

    /**
     * Offers a link from outside: the next unit of work that has a link of {@code giver} in hand trades it
     * for {@code offered}. This is how a new link gets in where none ever rests long enough to be exchanged. One at a time.
     *
     * @param slot where {@code offered} rests; it is none of these
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
                        && eligible.contains(visitor.offered.peer())
                        && visitor.slot.exchange(visitor.offered, mine)
                ? visitor.offered
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
        for (Link link : links.getOrDefault(of, NONE)) {
            Slot slot = link.slot();
            if (slot != null && leaving.test(link) && slot.exchange(link, fresh)) {
                return link;
            }
        }
        return null;
    }

    /** Returns whether a link to {@code wanted} may rest here. */
    boolean mayTradeFor(Peer wanted) {
        return wanted.mayRest() && links.containsKey(wanted);
    }

    /**
     * Trades a link in hand for a resting one that leads to {@code wanted}.
     *
     * @param mine a link in the caller's hand
     * @return the link the caller now has in hand: one to {@code wanted}, or {@code mine} if none is found that rests
     */
    public Link trade(Link mine, Peer wanted) {
        Link[] its = wanted == mine.peer() || !wanted.mayRest() ? NONE : links.getOrDefault(wanted, NONE);
        int start = its.length < 2 ? 0 : random.below(its.length);
        for (int i = 0; i < its.length && i < MOST_LOOKS; i++) {
            Link theirs = its[start + i < its.length ? start + i : start + i - its.length];
            Slot slot = theirs.slot();
            if (slot != null && slot.exchange(theirs, mine)) {
                return theirs;
            }
        }
        return mine;
    }
}
