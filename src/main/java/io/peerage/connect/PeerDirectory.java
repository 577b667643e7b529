/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.BadSettingException;
import io.peerage.config.PeerSpec;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Place;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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

    /** A line of the configuration: a peer, how it was connected to, null if nobody knew it, and how it will be. */
    private record Line(Peer peer, @Nullable Target former, Target next) {

        boolean isNewlyRefused() {
            return next.refusal() != null && (former == null || former.refusal() != next.refusal());
        }

        boolean isReconfigured() {
            return former != null && !former.spec().equals(next.spec());
        }

        /** Has the connections replaced that were opened for another user, or otherwise. */
        void endFormer() {
            if (former != null && former.revision() != next.revision()) {
                former.revision().end();
            }
        }

        /** @param present whether the peer was one of the group until now */
        void describe(boolean present, List<String> news) {
            PeerSpec spec = next.spec();
            if (former == null) {
                news.add("added " + spec);
            } else if (!present) {
                news.add("added again " + spec);
            } else {
                List<String> parts = differences(former.spec(), spec);
                if (!parts.isEmpty()) {
                    news.add(peer + " has another " + String.join(", ", parts));
                }
            }
        }

        private static List<String> differences(PeerSpec former, PeerSpec next) {
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
            return parts;
        }
    }

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
        List<Line> lines = new ArrayList<>();
        List<String> news = new ArrayList<>();
        for (PeerSpec spec : specs) {
            Line line = line(spec, before);
            lines.add(line);
            line.describe(before.contains(line.peer), news);
        }
        Connector.requireOne(lines.stream().map(Line::next).toList());
        List<Peer> after = lines.stream().map(Line::peer).toList();
        for (Peer peer : before) {
            if (!after.contains(peer)) {
                news.add("removed " + peer);
            }
        }
        if (news.isEmpty() && after.equals(before)) {
            return;
        }
        log.changed(news.isEmpty() ? List.of("another order") : news);
        log.refusedByDriver(
                lines.stream().filter(Line::isNewlyRefused).map(Line::next).toList());
        group.change(lines.stream().map(line -> new Place(line.peer, line.next)).toList());
        for (Peer peer : after) {
            if (removed.remove(peer)) {
                listeners.forEach(listener -> listener.returned().accept(peer));
            }
        }
        for (Peer peer : before) {
            if (!after.contains(peer)) {
                removed.add(peer);
                pauses.forget(peer);
                listeners.forEach(listener -> listener.removed().accept(peer));
            }
        }
        forgetOldest();
        lines.stream().filter(Line::isReconfigured).forEach(line -> {
            line.endFormer();
            pauses.forget(line.peer);
            group.reconsider(line.peer);
        });
    }

    private Line line(PeerSpec spec, List<Peer> before) {
        Peer known = find(spec);
        if (known == null) {
            Target target = connector.targetOrRefused(spec);
            return new Line(group.candidate(target), null, target);
        }
        Target former = Target.of(known);
        Target next = former.opensLike(spec) ? former.with(spec) : connector.targetOrRefused(spec);
        BadSettingException refusal = next.refusal();
        if (refusal != null && former.refusal() == null && before.contains(known)) {
            throw refusal;
        }
        return new Line(known, former, next);
    }

    /** Returns the peer, of now or removed, that {@code spec} describes, or null. */
    private @Nullable Peer find(PeerSpec spec) {
        for (Peer peer : group.peers()) {
            if (Target.of(peer).leadsTo(spec)) {
                return peer;
            }
        }
        for (Peer peer : removed) {
            if (Target.of(peer).leadsTo(spec)) {
                return peer;
            }
        }
        return null;
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
