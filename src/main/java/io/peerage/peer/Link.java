/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    /**
     * The slot it was last put to rest in, and can be traded for while it does rest there; null: it is not to be
     * traded.
     */
    private volatile @Nullable Holder slot;
    /** The index that it was added to; null: none yet. Once removed it is not added to the same one again. */
    private volatile @Nullable Index index;

    /** @param peer the peer it leads to, for good */
    protected Link(Peer peer) {
        this.peer = peer;
    }

    /** Returns the peer this link leads to. */
    public final Peer peer() {
        return peer;
    }

    /**
     * To be called before it is put to rest.
     *
     * @param where the slot in which it will rest
     * @param shared the index of those who may trade for it; null: nobody
     */
    final void rests(Holder where, @Nullable Index shared) {
        Holder next = shared == null ? null : where;
        if (slot != next) {
            slot = next;
        }
        addTo(shared);
    }

    /** Adds it to {@code shared}, unless that is null or had it before. */
    final void addTo(@Nullable Index shared) {
        if (shared != null && index != shared) {
            index = shared;
            shared.add(this);
        }
    }

    /** Returns where it was last put to rest, or null. */
    final @Nullable Holder slot() {
        return slot;
    }

    /** Returns whether it rests just now where it can be traded for. */
    public final boolean isAtRest() {
        Holder here = slot;
        return here != null && here.resting() == this;
    }

    /** Removes it from where it is found; to be called when it ends. */
    protected final void forget() {
        Index its = index;
        if (its != null) {
            its.remove(this);
        }
    }

    /** What a link may rest in: a slot. */
    interface Holder {

        /** See {@link Slot#resting}. */
        @Nullable Link resting();

        /** See {@link Slot#exchange}. */
        boolean exchange(Link wanted, Link offered);
    }

    /** The links of one registry by peer, wherever they are, at rest or at work. Thread-safe; a change copies an array. */
    static final class Index {

        static final Link[] NONE = {};

        /** Replaced as a whole under {@code this}. */
        private volatile Map<Peer, Link[]> links = Map.of();

        /** Returns the links to {@code peer}, not to be changed. */
        Link[] of(Peer peer) {
            return links.getOrDefault(peer, NONE);
        }

        List<Link> all() {
            return links.values().stream().flatMap(Arrays::stream).toList();
        }

        synchronized void add(Link link) {
            Map<Peer, Link[]> more = new HashMap<>(links);
            more.merge(link.peer(), new Link[] {link}, Index::joined);
            links = more;
        }

        private static Link[] joined(Link[] some, Link[] one) {
            Link[] all = Arrays.copyOf(some, some.length + 1);
            all[some.length] = one[0];
            return all;
        }

        synchronized void remove(Link link) {
            Map<Peer, Link[]> fewer = new HashMap<>(links);
            fewer.computeIfPresent(link.peer(), (peer, some) -> {
                Link[] rest = Arrays.stream(some).filter(other -> other != link).toArray(Link[]::new);
                return rest.length == 0 ? null : rest;
            });
            links = fewer;
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
