/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Ticker;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens a connection to whichever peer can serve, within one deadline: a peer that fails is left out and the next one
 * tried; while all are down it waits for the first to come back.
 *
 * <p>Thread-safe. Blocks the calling thread, at most until the deadline and the bound of the connect under way then; an
 * interrupt does not end that.
 *
 * @param waits whether to wait for a peer while all are down, or to fail at once
 */
record Acquirer(String groupName, PeerGroup group, Logins logins, Ticker ticker, boolean waits) {

    /**
     * @param deadline reading of the ticker at which to give up
     * @throws SQLException the answer of the peers when all that can be asked refuse this user (wrong credentials),
     *     else an {@link AllPeersDownException}
     */
    PhysicalConnection open(Credentials credentials, long deadline) throws SQLException {
        PhysicalConnection opened = new Request(credentials, deadline).open();
        if (opened.login().lastResort() == null) {
            return opened;
        }
        // As turned out just now.
        PhysicalConnection better = openBetter(credentials, opened.peer());
        if (better == null) {
            return opened;
        }
        opened.close();
        return better;
    }

    /**
     * Opens a connection in the place of one that works, to {@code lastResort}: one attempt, on a peer of which nothing
     * but good is known; another one only if that turns out to be the last resort as well.
     *
     * @return null if there is none, or it let nobody in
     */
    @Nullable PhysicalConnection openBetter(Credentials credentials, Peer lastResort) {
        List<Peer> spared = new ArrayList<>(logins.spared(credentials));
        spared.add(lastResort);
        while (true) {
            Peer peer = group.drawForConnect(spared);
            if (peer == null || !isUp(peer)) {
                return null;
            }
            try {
                PhysicalConnection opened = logins.open(peer, credentials);
                if (opened.login().lastResort() == null) {
                    return opened;
                }
                spared.add(peer);
                opened.close();
            } catch (SQLException letNobodyIn) {
                return null;
            }
        }
    }

    private static boolean isUp(Peer peer) {
        return peer.health() instanceof Health.Up;
    }

    /** What a peer answered that was tried in vain, what that says of it, and when it was, by the ticker. */
    private record Attempt(Peer peer, SQLException answer, Verdict.Standing standing, long began, long ended) {}

    /** One request for a connection. Confined to its thread. */
    private final class Request {

        private final Credentials credentials;
        private final boolean configured;
        private final long deadline;
        private final long began = ticker.nanos();
        /** In the order of the attempts. */
        private final Map<Peer, Attempt> tried = new LinkedHashMap<>();

        Request(Credentials credentials, long deadline) {
            this.credentials = credentials;
            this.configured = credentials.equals(Credentials.CONFIGURED);
            this.deadline = deadline;
        }

        PhysicalConnection open() throws SQLException {
            while (true) {
                // Once it is late, peers not tried yet would look like a reason to go on.
                boolean late = !tried.isEmpty() && ticker.nanos() - deadline >= 0;
                Peer peer = late ? null : draw();
                if (peer != null) {
                    long attempted = ticker.nanos();
                    try {
                        return logins.open(peer, credentials);
                    } catch (SQLException e) {
                        tried.put(peer, new Attempt(peer, e, logins.standing(e), attempted, ticker.nanos()));
                    }
                } else if (late || isRefused() || !waits || !comesBack()) {
                    throw failure();
                }
            }
        }

        /**
         * A peer that refused a user comes after the others that are well, but before those in doubt: it is not
         * refusing to anybody else.
         */
        private @Nullable Peer draw() {
            List<Peer> spared = configured ? List.of() : logins.spared(credentials);
            if (!spared.isEmpty()) {
                List<Peer> all = new ArrayList<>(tried.keySet());
                all.addAll(spared);
                Peer peer = group.drawForConnect(all);
                if (peer != null && isUp(peer)) {
                    return peer;
                }
            }
            return group.drawForConnect(tried.keySet());
        }

        /**
         * Returns whether all that answered refused this user, and waiting for the others is no use: they would refuse
         * too, or are out for long. Where one peer serves all and is well, its answer to a user whom a request names is
         * all there is.
         */
        private boolean isRefused() {
            Peer only = group.isExclusive() && !configured ? group.draw() : null;
            if (only != null && isUp(only)) {
                return standing(only) == Verdict.Standing.SOUND;
            }
            List<Attempt> refusals = refusals();
            return !refusals.isEmpty()
                    && group.peers().stream()
                            .filter(peer -> standing(peer) != Verdict.Standing.SOUND)
                            .noneMatch(peer -> standing(peer) == Verdict.Standing.FULL || mayLetIn(peer, refusals));
        }

        private List<Attempt> refusals() {
            return tried.values().stream()
                    .filter(attempt -> attempt.standing == Verdict.Standing.SOUND)
                    .toList();
        }

        private Verdict.@Nullable Standing standing(Peer peer) {
            Attempt attempt = tried.get(peer);
            return attempt == null ? null : attempt.standing;
        }

        /**
         * Returns whether {@code peer}, which has not refused, may let this user in when it is back. A drained one
         * waits for its operator, and one that is known to refuse the configured user need not be asked.
         */
        private boolean mayLetIn(Peer peer, List<Attempt> refusals) {
            Health health = peer.health();
            boolean refusesConfigured =
                    health instanceof Health.Refusing refusing && refusing.met() == Verdict.Standing.SOUND;
            return !(health instanceof Health.Drained)
                    && !refusesConfigured
                    && refusals.stream()
                            .noneMatch(other -> logins.refusesAsWell(peer, other.peer, other.answer, credentials));
        }

        private boolean comesBack() {
            boolean back = group.awaitServing(this::isWorthAnotherTry, deadline);
            tried.keySet().removeIf(peer -> back && group.serves(peer) && isWorthAnotherTry(peer));
            return back;
        }

        /**
         * Returns whether a peer that can be dealt now may let this request in: it was not asked yet, or was full and a
         * check has found room since, or what else it met has been asked about since. One that refused this user will
         * do so again.
         */
        private boolean isWorthAnotherTry(Peer peer) {
            Attempt attempt = tried.get(peer);
            if (attempt == null) {
                return true;
            }
            Health health = peer.health();
            boolean news = health.since() - attempt.ended > 0 || peer.wasWellAfter(attempt.began);
            return switch (attempt.standing) {
                case SOUND -> false;
                case FULL -> news && (health instanceof Health.Up || health instanceof Health.LastResort);
                case ASK, SUSPECT, DOWN -> news && !(health instanceof Health.Suspected);
            };
        }

        private SQLException failure() {
            long now = ticker.nanos();
            Map<Peer, SQLException> answers = new LinkedHashMap<>();
            tried.forEach((peer, attempt) -> answers.put(peer, attempt.answer));
            if (!isRefused()) {
                return AllPeersDownException.of(groupName, group.peers(), answers, now, now - began);
            }
            List<Attempt> refusals = refusals();
            SQLException first = refusals.get(0).answer;
            boolean all = refusals.size() == group.peers().size();
            SQLException failure = new SQLException(
                    (all ? "every peer of " + groupName : "every peer of " + groupName + " that can be asked")
                            + " refused: "
                            + AllPeersDownException.brief(first)
                            + (all ? "" : "; " + AllPeersDownException.picture(group.peers(), answers, now)),
                    first.getSQLState(),
                    first.getErrorCode(),
                    first);
            answers.values().stream().filter(answer -> answer != first).forEach(failure::addSuppressed);
            return failure;
        }
    }
}
