/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.BadSettingException;
import io.peerage.config.PeerSpec;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which peer of a group stands for which line of its configuration, over all changes of that: the same name at the same
 * address is the same peer, with its health, counts and connections.
 *
 * <p>Thread-safe; one change at a time.
 */
final class PeerDirectory {

    /** How many removed peers that have no connection left are remembered, to be the same ones if they return. */
    private static final int MOST_GONE = 64;

    private final PeerGroup group;
    private final Connector connector;
    private final LoginPauses pauses;
    private final GroupLog log;
    /** Those that were removed, the latest last. Guarded by {@code this}. */
    private final List<Peer> removed = new ArrayList<>();

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private record Listener(Consumer<Peer> removed, Consumer<Peer> returned) {}

    PeerDirectory(PeerGroup group, Connector connector, LoginPauses pauses, GroupLog log) {
        this.group = group;
        this.connector = connector;
        this.pauses = pauses;
        this.log = log;
    }

    /**
     * Has others told of peers.
     *
     * @param gone called for each peer that was removed, once nothing begins on it any more
     * @param returned called for each that was removed before, and is listed again
     */
    void listen(Consumer<Peer> gone, Consumer<Peer> returned) {
        listeners.add(new Listener(gone, returned));
    }

    /** Returns the removed peers that still have a connection. */
    synchronized List<Peer> leaving() {
        return removed.stream().filter(peer -> peer.connections() > 0).toList();
    }

    /**
     * Makes the peers those of {@code specs}; does nothing if they are already. As at the start, a peer whose settings the
     * driver refuses lets nobody in; but one whose settings it took until now is not given up for that.
     *
     * @param specs at least one, names unique
     * @throws BadSettingException if the driver refuses a setting of each peer, or of one whose settings it took until now:
     *     nothing has changed then
     */
    synchronized void change(List<PeerSpec> specs) {
        List<Peer> before = group.peers();
        Map<Peer, Target> after = new LinkedHashMap<>();
        List<String> news = new ArrayList<>();
        for (PeerSpec spec : specs) {
            Peer known = find(spec);
            if (known == null) {
                after.put(group.candidate(spec.name()), connector.targetOrRefused(spec));
                news.add("added " + spec);
            } else {
                Target target = connector.target(known);
                Target next = target.opensLike(spec) ? target.with(spec) : connector.targetOrRefused(spec);
                BadSettingException refusal = next.refusal();
                if (refusal != null && target.refusal() == null && before.contains(known)) {
                    throw refusal;
                }
                after.put(known, next);
                describe(known, before.contains(known), target.spec(), spec, news);
            }
        }
        Connector.requireOne(after.values());
        for (Peer peer : before) {
            if (!after.containsKey(peer)) {
                news.add("removed " + peer);
            }
        }
        List<Peer> order = List.copyOf(after.keySet());
        if (news.isEmpty() && order.equals(before)) {
            return;
        }
        log.changed(news.isEmpty() ? List.of("another order") : news);
        List<Peer> toAsk = lead(after);
        group.change(after.entrySet().stream()
                .map(entry -> new PeerGroup.Place(
                        entry.getKey(), entry.getValue().spec().weight()))
                .toList());
        for (Peer peer : order) {
            if (removed.remove(peer)) {
                listeners.forEach(listener -> listener.returned().accept(peer));
            }
        }
        for (Peer peer : before) {
            if (!after.containsKey(peer)) {
                removed.add(peer);
                pauses.forget(peer);
                listeners.forEach(listener -> listener.removed().accept(peer));
            }
        }
        forgetOldest();
        toAsk.forEach(peer -> {
            pauses.forget(peer);
            group.reconsider(peer);
        });
    }

    /** Returns the peer, of now or removed, that {@code spec} describes, or null. */
    private @Nullable Peer find(PeerSpec spec) {
        for (Peer peer : group.peers()) {
            if (connector.target(peer).leadsTo(spec)) {
                return peer;
            }
        }
        for (Peer peer : removed) {
            if (connector.target(peer).leadsTo(spec)) {
                return peer;
            }
        }
        return null;
    }

    /**
     * Has connections opened from now on as {@code after} says, and says which cannot be; returns the peers that are logged
     * in to otherwise.
     */
    private List<Peer> lead(Map<Peer, Target> after) {
        List<Peer> changed = new ArrayList<>();
        List<Target> refused = new ArrayList<>();
        after.forEach((peer, target) -> {
            Target former = connector.lead(peer, target);
            if (target.refusal() != null && (former == null || former.refusal() != target.refusal())) {
                refused.add(target);
            }
            if (former != null && !former.spec().equals(target.spec())) {
                changed.add(peer);
                if (former.revision() != target.revision()) {
                    former.revision().end();
                }
            }
        });
        log.refusedByDriver(refused);
        return changed;
    }

    private static void describe(Peer peer, boolean present, PeerSpec former, PeerSpec next, List<String> news) {
        if (!present) {
            news.add("added again " + next);
            return;
        }
        List<String> parts = new ArrayList<>();
        if (former.weight() != next.weight()) {
            parts.add("weight " + next.weight());
        }
        if (!former.user().equals(next.user())) {
            parts.add("user " + next.user());
        }
        if (!former.password().equals(next.password())) {
            parts.add("password");
        }
        if (!former.database().equals(next.database())) {
            parts.add("database " + next.database());
        }
        if (!former.properties().equals(next.properties())) {
            parts.add("driver properties");
        }
        if (!parts.isEmpty()) {
            news.add(peer + " has another " + String.join(", ", parts));
        }
    }

    private void forgetOldest() {
        int gone =
                (int) removed.stream().filter(peer -> peer.connections() == 0).count();
        for (Iterator<Peer> oldest = removed.iterator(); gone > MOST_GONE && oldest.hasNext(); ) {
            if (oldest.next().connections() == 0) {
                oldest.remove();
                gone--;
            }
        }
    }
}
