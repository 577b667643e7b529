/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The seats between which links may be traded: those of one group with equal credentials.
 *
 * <p>Thread-safe. Coming and going copies an array; a trade reads it and does one compare-and-set.
 */
public final class Bench {

    private static final Seat[] NONE = {};

    private final Chance chance;
    private volatile Seat[] seats = NONE;
    private volatile @Nullable Guest guest;

    /** A seat that is nobody's own, and the peer of which a link is wanted for the one that rests there. */
    private record Guest(Seat seat, Link offered, Peer giver) {}

    /** @param chance where the search for a partner begins */
    public Bench(Chance chance) {
        this.chance = chance;
    }

    /** Lets the links of {@code seat} be traded. */
    public synchronized void add(Seat seat) {
        Seat[] longer = Arrays.copyOf(seats, seats.length + 1);
        longer[seats.length] = seat;
        seats = longer;
    }

    /** Forgets {@code seat}; does nothing if it is not here. */
    public synchronized void remove(Seat seat) {
        Seat[] now = seats;
        for (int i = 0; i < now.length; i++) {
            if (now[i] == seat) {
                Seat[] shorter = Arrays.copyOf(now, now.length - 1);
                System.arraycopy(now, i + 1, shorter, i, shorter.length - i);
                seats = shorter;
                return;
            }
        }
    }

    /**
     * Offers a link from outside: the next unit of work that has a link of {@code giver} in hand trades it
     * for {@code offered}. This is how a new link gets in where none ever rests long enough to be exchanged. One at a time.
     *
     * @param seat where {@code offered} rests; it is not one of {@link #all()}
     */
    public synchronized void host(Seat seat, Link offered, Peer giver) {
        guest = new Guest(seat, offered, giver);
    }

    /** Ends what {@link #host} began. A trade under way may still succeed until the seat is left. */
    public synchronized void dismiss(Seat seat) {
        Guest present = guest;
        if (present != null && present.seat == seat) {
            guest = null;
        }
    }

    /**
     * Takes what {@link #host} offers, if it is for who has {@code mine} in hand.
     *
     * @return the link the caller now has in hand, or null if it still is {@code mine}
     */
    @Nullable Link takeOffer(Link mine, Roster roster) {
        Guest visitor = guest;
        return visitor != null
                        && visitor.giver == mine.peer()
                        && roster.deals(visitor.offered.peer())
                        && visitor.seat.exchange(visitor.offered, mine)
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
        for (Seat seat : seats) {
            Link link = seat.resting();
            if (link != null && leaving.test(link) && seat.exchange(link, fresh)) {
                return link;
            }
        }
        return null;
    }

    /** Returns the seats of this moment. The array is shared and must not be written. */
    Seat[] seats() {
        return seats;
    }

    /** Returns the seats of this moment, for those who look at all of them. */
    public List<Seat> all() {
        return List.of(seats);
    }

    /** Returns how many seats there are. */
    public int size() {
        return seats.length;
    }

    /**
     * Trades a link in hand for a resting one that leads to {@code wanted}.
     *
     * @param mine a link in the caller's hand
     * @return the link the caller now has in hand: one to {@code wanted}, or {@code mine} if none rests
     */
    public Link trade(Link mine, Peer wanted) {
        Seat[] now = seats;
        int start = chance.below(now.length == 0 ? 1 : now.length);
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
    Link trade(Link mine, Peer drawn, Roster roster, int most) {
        Seat[] now = seats;
        int start = chance.below(now.length == 0 ? 1 : now.length);
        int enough = Math.max(most, Ledger.owed(drawn) + 1);
        int bestClaim = claim(mine.peer(), drawn, roster);
        Seat bestSeat = null;
        Link best = mine;
        for (int i = 0; i < now.length && bestClaim < enough; i++) {
            int at = start + i < now.length ? start + i : start + i - now.length;
            Link theirs = now[at].resting();
            if (theirs != null) {
                int claim = claim(theirs.peer(), drawn, roster);
                if (claim > bestClaim) {
                    bestClaim = claim;
                    bestSeat = now[at];
                    best = theirs;
                }
            }
        }
        return bestSeat != null && bestSeat.exchange(best, mine) ? best : mine;
    }

    private static int claim(Peer peer, Peer drawn, Roster roster) {
        if (!roster.deals(peer)) {
            return Integer.MIN_VALUE;
        }
        return Ledger.owed(peer) + (peer == drawn ? 1 : 0);
    }
}
