/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.BadSettingException;
import io.peerage.config.PeerSpec;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which peer of a group stands for which line of its configuration, over all changes of that: the same name at the same
 * address is the same peer, with its health, counts and connections.
 *
 * <p>Thread-safe; one change at a time.
 */
public final class PeerDirectory {

    /** How many removed peers that have no connection left are remembered, to be the same ones if they return. */
    private static final int MOST_GONE = 64;

    private final PeerGroup group;
    private final Connector connector;
    private final LoginPauses pauses;
    private final GroupLog log;
    /** Those that were removed, the latest last. Guarded by {@code this}. */
    private final List<Peer> removed = new ArrayList<>();

    private volatile Consumer<Peer> onRemoved = peer -> {};
    private volatile Consumer<Peer> onReturned = peer -> {};

    /** A line of the configuration: a peer, how it was connected to, null if nobody knew it, and how it will be. */
    private record Line(Peer peer, @Nullable Target former, Target next) {

        boolean isNewlyRefused() {
            return next.refusal() != null && (former == null || former.refusal() != next.refusal());
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
            return Stream.of(
                            former.weight() == next.weight() ? "" : "weight " + next.weight(),
                            former.user().equals(next.user()) ? "" : "user " + next.user(),
                            former.password().equals(next.password()) ? "" : "password",
                            former.database().equals(next.database()) ? "" : "database " + next.database(),
                            former.properties().equals(next.properties()) ? "" : "driver properties")
                    .filter(difference -> !difference.isEmpty())
                    .toList();
        }
    }

    PeerDirectory(PeerGroup group, Connector connector, LoginPauses pauses, GroupLog log) {
        this.group = group;
        this.connector = connector;
        this.pauses = pauses;
        this.log = log;
    }

    /**
     * Has somebody told of peers.
     *
     * @param gone called for each peer that was removed, once nothing begins on it any more
     * @param returned called for each that was removed before, and is listed again
     */
    public void listen(Consumer<Peer> gone, Consumer<Peer> returned) {
        onRemoved = gone;
        onReturned = returned;
    }

    /** Returns the removed peers that still have a connection. */
    public synchronized List<Peer> leaving() {
        return removed.stream().filter(peer -> peer.connections() > 0).toList();
    }

    /**
     * Makes the peers those of {@code specs}; does nothing if they are already. As at the start, a peer whose settings
     * the driver refuses lets nobody in; but one whose settings it took until now is not given up for that.
     *
     * @param specs at least one, names unique
     * @throws BadSettingException if the driver refuses a setting of each peer, or of one whose settings it took until
     *     now: nothing has changed then
     */
    synchronized void change(List<PeerSpec> specs) {
        List<Peer> before = group.peers();
        List<Line> lines = specs.stream().map(spec -> line(spec, before)).toList();
        Connector.requireOne(lines.stream().map(Line::next).toList());
        List<Peer> after = lines.stream().map(Line::peer).toList();
        List<Peer> gone = before.stream().filter(peer -> !after.contains(peer)).toList();
        List<String> news = new ArrayList<>();
        lines.forEach(line -> line.describe(before.contains(line.peer), news));
        gone.forEach(peer -> news.add("removed " + peer));
        if (news.isEmpty() && after.equals(before)) {
            return;
        }
        log.changed(news.isEmpty() ? List.of("another order") : news);
        log.refusedByDriver(
                lines.stream().filter(Line::isNewlyRefused).map(Line::next).toList());
        group.change(lines.stream().map(line -> new Place(line.peer, line.next)).toList());
        for (Peer peer : after) {
            if (removed.remove(peer)) {
                onReturned.accept(peer);
            }
        }
        for (Peer peer : gone) {
            removed.add(peer);
            pauses.forget(peer);
            onRemoved.accept(peer);
        }
        forgetOldest();
        for (Line line : lines) {
            Target former = line.former;
            if (former != null && !former.spec().equals(line.next.spec())) {
                if (former.outdated() != line.next.outdated()) {
                    // Opened for another user, or otherwise: replaced while they rest.
                    former.outdated().set(true);
                }
                pauses.forget(line.peer);
                group.reconsider(line.peer);
            }
        }
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
        return Stream.concat(group.peers().stream(), removed.stream())
                .filter(peer -> Target.of(peer).leadsTo(spec))
                .findFirst()
                .orElse(null);
    }

    private void forgetOldest() {
        List<Peer> gone =
                removed.stream().filter(peer -> peer.connections() == 0).toList();
        removed.removeAll(gone.subList(0, Math.max(0, gone.size() - MOST_GONE)));
    }
}
