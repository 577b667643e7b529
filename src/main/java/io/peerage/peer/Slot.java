/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a managed connection keeps its link, and where another may trade for it while it rests.
 *
 * <p>A slot is <em>resting</em> (its link may be traded), <em>in hand</em> (its user is at a boundary and holds the
 * link), <em>busy</em> (a unit of work runs), <em>lost</em> (nothing can run on the link) or <em>gone</em>. At any time
 * a link belongs to one slot, or to the one thread that has it in hand.
 *
 * <p>Thread-safe: every move is one atomic operation on one reference. {@link #take} and {@link #occupy} belong to the
 * slot's user; {@link #exchange} and {@link #leave} may come from any thread.
 */
public final class Slot implements Link.Holder {

    private static final Object IN_HAND = new Object();
    private static final Object GONE = new Object();

    /** What is of no more use until it is taken again or left; null if it was in somebody's hand when that was said. */
    private record Lost(@Nullable Link link) {}

    /** {@link Link.Resting}, {@link Link} (busy), {@link #IN_HAND}, {@link Lost} or {@link #GONE}. */
    private final AtomicReference<Object> holds;

    /** Null for one whose link is not to be traded. */
    private volatile Link.@Nullable Index index;

    /** Makes a slot in which {@code first} rests. */
    public Slot(Link first) {
        this.holds = new AtomicReference<>(first.resting);
    }

    /** Lets its link be traded with those of {@code shared}, and be found there. */
    void join(Link.Index shared) {
        index = shared;
        Link here = holding();
        if (here != null) {
            here.rests(this, shared);
        }
    }

    /** Ends what {@link #join} began; returns false if it had not begun, or has ended before. */
    synchronized boolean part(Link.Index shared) {
        boolean joined = index == shared;
        index = null;
        return joined;
    }

    /**
     * Takes the link in hand for a boundary.
     *
     * @return the link, or null if this slot is not resting: its unit of work has begun already, or it is gone
     */
    public @Nullable Link take() {
        while (true) {
            Object seen = holds.get();
            if (!(seen instanceof Link.Resting rests)) {
                return null;
            }
            if (holds.compareAndSet(seen, IN_HAND)) {
                return rests.link;
            }
        }
    }

    /**
     * Ends a boundary: {@code link} serves the unit of work from now on.
     *
     * @return false if the slot has gone in the meantime: then the caller still owns the link and must close it
     */
    public boolean occupy(Link link) {
        link.addTo(index);
        return holds.compareAndSet(IN_HAND, link);
    }

    /**
     * Ends a boundary that could not be passed: {@code link} rests here again.
     *
     * @return false if the slot has gone in the meantime: then the caller still owns the link and must close it
     */
    public boolean giveBack(Link link) {
        link.rests(this, index);
        return holds.compareAndSet(IN_HAND, link.resting);
    }

    /**
     * Takes the link in hand again that was just occupied, because it should not serve after all.
     *
     * @return false if the slot has gone in the meantime: then who ended it closes the link
     */
    public boolean retake(Link occupied) {
        return holds.compareAndSet(occupied, IN_HAND);
    }

    /** Ends the unit of work: the link rests, and may be traded. Does nothing if none was running. */
    public void rest() {
        Object seen = holds.get();
        // Only the slot's user makes it busy or resting, so the one thing that can come between is leaving.
        if (seen instanceof Link link) {
            link.rests(this, index);
            holds.compareAndSet(seen, link.resting);
        }
    }

    /** Takes note that nothing can run here any more; returns whether that is news. */
    public boolean lose() {
        while (true) {
            Object seen = holds.get();
            if (seen instanceof Lost || seen == GONE) {
                return false;
            }
            if (holds.compareAndSet(seen, new Lost(link(seen)))) {
                return true;
            }
        }
    }

    /** Takes what was lost in hand for a boundary; null if it is closed already, or the slot is not lost. */
    public @Nullable Link retakeLost() {
        Object seen = holds.get();
        return seen instanceof Lost lost && holds.compareAndSet(seen, IN_HAND) ? lost.link : null;
    }

    /** Returns whether nothing can run here: it is lost, or gone. */
    public boolean isLost() {
        Object seen = holds.get();
        return seen instanceof Lost || seen == GONE;
    }

    /** Returns whether {@link #leave} has been called. */
    public boolean isGone() {
        return holds.get() == GONE;
    }

    private static @Nullable Link link(@Nullable Object held) {
        if (held instanceof Link link) {
            return link;
        }
        if (held instanceof Lost lost) {
            return lost.link;
        }
        return held instanceof Link.Resting rests ? rests.link : null;
    }

    /** Returns the link that serves the unit of work now, or null if none is running. */
    public @Nullable Link busy() {
        return holds.get() instanceof Link link ? link : null;
    }

    /** Returns the link that is here, resting or busy; null if it is in hand just now, or the slot is gone. */
    public @Nullable Link holding() {
        return link(holds.get());
    }

    /** Returns the link that rests here, or null. */
    @Override
    public @Nullable Link resting() {
        return holds.get() instanceof Link.Resting rests ? rests.link : null;
    }

    /**
     * Puts {@code offered} in the place of {@code wanted} if that still rests here. On success the caller owns
     * {@code wanted} and no longer owns {@code offered}.
     */
    @Override
    public boolean exchange(Link wanted, Link offered) {
        if (holds.get() != wanted.resting) {
            return false;
        }
        offered.rests(this, index);
        return holds.compareAndSet(wanted.resting, offered.resting);
    }

    /**
     * Ends this slot for good.
     *
     * @return the link the caller must close, or null if the slot had gone before or its user has the link in hand (who
     *     will then fail to occupy it)
     */
    public @Nullable Link leave() {
        return link(holds.getAndSet(GONE));
    }
}
