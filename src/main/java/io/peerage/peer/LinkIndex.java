/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The links of one registry by peer, wherever they are, at rest or at work. Thread-safe; a change copies an array. */
final class LinkIndex implements Link.Index {

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

    @Override
    public synchronized void add(Link link) {
        Map<Peer, Link[]> more = new HashMap<>(links);
        more.merge(link.peer(), new Link[] {link}, LinkIndex::joined);
        links = more;
    }

    private static Link[] joined(Link[] some, Link[] one) {
        Link[] all = Arrays.copyOf(some, some.length + 1);
        all[some.length] = one[0];
        return all;
    }

    @Override
    public synchronized void remove(Link link) {
        Map<Peer, Link[]> fewer = new HashMap<>(links);
        fewer.computeIfPresent(link.peer(), (peer, some) -> {
            Link[] rest = Arrays.stream(some).filter(other -> other != link).toArray(Link[]::new);
            return rest.length == 0 ? null : rest;
        });
        links = fewer;
    }
}
