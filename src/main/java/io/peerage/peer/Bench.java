/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.Arrays;
import java.util.List;

/**
 * The seats between which links may be traded: those of one group with equal credentials.
 *
 * <p>Thread-safe. Coming and going copies an array; a trade reads it and does one compare-and-set.
 */
public final class Bench {

    private static final Seat[] NONE = {};

    private final Chance chance;
    private volatile Seat[] seats = NONE;

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
}
