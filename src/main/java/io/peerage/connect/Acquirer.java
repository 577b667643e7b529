/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Phase;
import io.peerage.peer.Ticker;
import io.peerage.peer.Unforeseen;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
 */
final class Acquirer {

    /** Opens a connection to one peer, reserved by the caller; see {@link Connector#open}. */
    @FunctionalInterface
    interface Opener {
        PhysicalConnection open(Peer peer, Credentials credentials) throws SQLException;

        /**
         * As {@link #open}; a defect of the driver is a failed connect like any other, so that the next peer is tried. What
         * befalls the JVM itself, like the end of its memory, is not, and says nothing of the peer.
         */
        default PhysicalConnection openOrFail(Peer peer, Credentials credentials) throws SQLException {
            try {
                return open(peer, credentials);
            } catch (VirtualMachineError e) {
                throw e;
            } catch (RuntimeException | Error e) {
                throw Unforeseen.of(e);
            }
        }
    }

    /** When a peer was tried in vain, by the ticker. */
    private record Attempt(long began, long ended) {}

    private final String groupName;
    private final PeerGroup group;
    private final Opener opener;
    private final ExceptionSorter sorter;
    private final Logins logins;
    private final Ticker ticker;
    private final boolean waits;

    /** @param waits whether to wait for a peer while all are down, or to fail at once */
    Acquirer(
            String groupName,
            PeerGroup group,
            Connector connector,
            ExceptionSorter sorter,
            LoginPauses pauses,
            Ticker ticker,
            boolean waits) {
        this(groupName, group, connector::open, sorter, pauses, ticker, waits);
    }

    /** @param opener in place of the driver, where a test stands for the servers */
    Acquirer(String groupName, PeerGroup group, Opener opener, ExceptionSorter sorter, Ticker ticker, boolean waits) {
        this(groupName, group, opener, sorter, new LoginPauses(ticker), ticker, waits);
    }

    private Acquirer(
            String groupName,
            PeerGroup group,
            Opener opener,
            ExceptionSorter sorter,
            LoginPauses pauses,
            Ticker ticker,
            boolean waits) {
        this.groupName = groupName;
        this.group = group;
        this.opener = opener;
        this.sorter = sorter;
        this.logins = new Logins(group, sorter, pauses);
        this.ticker = ticker;
        this.waits = waits;
    }

    /**
     * @param deadline reading of the ticker at which to give up
     * @throws SQLException the answer of the peers when all that can be asked refuse this user (wrong credentials), else an
     *     {@link AllPeersDownException}
     */
    PhysicalConnection open(Credentials credentials, long deadline) throws SQLException {
        long began = ticker.nanos();
        Map<Peer, SQLException> tried = new LinkedHashMap<>();
        Map<Peer, Attempt> attempts = new HashMap<>();
        while (true) {
            // Once it is late, peers not tried yet would look like a reason to go on.
            boolean late = !tried.isEmpty() && ticker.nanos() - deadline >= 0;
            Peer peer = late ? null : draw(credentials, tried.keySet());
            if (peer != null) {
                long attempted = ticker.nanos();
                PhysicalConnection opened = tryPeer(peer, credentials, tried);
                if (opened != null) {
                    return opened.lastResort() == null ? opened : orBetter(opened, credentials);
                }
                attempts.put(peer, new Attempt(attempted, ticker.nanos()));
            } else if (late || refusedForGood(tried, credentials) || !waits || !comesBack(tried, attempts, deadline)) {
                throw failure(tried, credentials, began);
            }
        }
    }

    /** A peer that refused a user is tried again when all others have been, for it is not refusing to anybody else. */
    private @Nullable Peer draw(Credentials credentials, Collection<Peer> tried) {
        if (!credentials.equals(Credentials.CONFIGURED)) {
            List<Peer> spared = logins.spared(credentials);
            Peer peer = spared.isEmpty() ? null : group.drawForConnect(both(tried, spared));
            if (peer != null) {
                return peer;
            }
        }
        return group.drawForConnect(tried);
    }

    private static Collection<Peer> both(Collection<Peer> some, Collection<Peer> others) {
        List<Peer> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    /** Its peer serves only as the last resort, as turned out just now. */
    private PhysicalConnection orBetter(PhysicalConnection opened, Credentials credentials) {
        PhysicalConnection better = openBetter(credentials, List.of(opened.peer()));
        if (better == null) {
            return opened;
        }
        opened.close();
        return better;
    }

    /**
     * Opens a connection in the place of one that works, to a peer that serves as the last resort: one attempt, on a peer
     * of which nothing but good is known; another one only if that turns out to be the last resort as well.
     *
     * @return null if there is none, or it let nobody in
     */
    @Nullable PhysicalConnection openBetter(Credentials credentials) {
        return openBetter(credentials, List.of());
    }

    private @Nullable PhysicalConnection openBetter(Credentials credentials, Collection<Peer> noBetter) {
        List<Peer> tried = new ArrayList<>(noBetter);
        tried.addAll(logins.spared(credentials));
        while (true) {
            Peer peer = group.drawForConnect(tried);
            if (peer == null || !(peer.health() instanceof Health.Up)) {
                return null;
            }
            PhysicalConnection opened = tryPeer(peer, credentials, new LinkedHashMap<>());
            if (opened == null || opened.lastResort() == null) {
                return opened;
            }
            tried.add(peer);
            opened.close();
        }
    }

    private @Nullable PhysicalConnection tryPeer(Peer peer, Credentials credentials, Map<Peer, SQLException> tried) {
        peer.reserve();
        try {
            PhysicalConnection opened = opener.openOrFail(peer, credentials);
            logins.succeeded(peer, credentials, opened.lastResort());
            return opened;
        } catch (SQLException e) {
            peer.release();
            tried.put(peer, e);
            logins.failed(peer, credentials, e);
            return null;
        } catch (RuntimeException | Error e) {
            peer.release();
            throw e;
        }
    }

    /**
     * Returns whether all that answered refused this user, and waiting for the others is no use: a drained peer waits for
     * its operator, one that is known to refuse the configured user need not be asked, and one that is down will refuse a
     * user of this request as its equals did. A peer that has served with the configured credentials and is down may let
     * them in again, though, when it is back.
     */
    private boolean refusedForGood(Map<Peer, SQLException> tried, Credentials credentials) {
        boolean refused = false;
        for (Peer peer : group.peers()) {
            SQLException answer = tried.get(peer);
            Verdict.Standing standing =
                    answer == null ? null : sorter.sort(answer, Phase.CONNECT).peer();
            if (standing == Verdict.Standing.SOUND) {
                refused = true;
            } else if (standing == Verdict.Standing.FULL) {
                return false;
            } else if (!(peer.health() instanceof Health.Drained)
                    && !refusesConfigured(peer)
                    && credentials.equals(Credentials.CONFIGURED)
                    && peer.units() > 0) {
                return false;
            }
        }
        return refused;
    }

    private static boolean refusesConfigured(Peer peer) {
        return peer.health() instanceof Health.Refusing refusing && refusing.met() == Verdict.Standing.SOUND;
    }

    private boolean comesBack(Map<Peer, SQLException> tried, Map<Peer, Attempt> attempts, long deadline) {
        boolean back = group.awaitServing(peer -> worthAnotherTry(peer, tried, attempts), deadline);
        tried.keySet().removeIf(peer -> back && group.serves(peer) && worthAnotherTry(peer, tried, attempts));
        return back;
    }

    /**
     * Returns whether a peer that can be dealt now may let this request in: it was not asked yet, or was full and a check
     * has found room since, or what else it met has been asked about since. One that refused this user will do so again.
     */
    private boolean worthAnotherTry(Peer peer, Map<Peer, SQLException> tried, Map<Peer, Attempt> attempts) {
        SQLException before = tried.get(peer);
        Attempt attempt = attempts.get(peer);
        if (before == null || attempt == null) {
            return true;
        }
        Health health = peer.health();
        boolean news = health.since() - attempt.ended() > 0 || peer.wasWellAfter(attempt.began());
        return switch (sorter.sort(before, Phase.CONNECT).peer()) {
            case SOUND -> false;
            case FULL -> news && (health instanceof Health.Up || health instanceof Health.LastResort);
            case ASK, SUSPECT, DOWN -> news && !(health instanceof Health.Suspected);
        };
    }

    private SQLException failure(Map<Peer, SQLException> tried, Credentials credentials, long began) {
        long now = ticker.nanos();
        if (!refusedForGood(tried, credentials)) {
            return AllPeersDownException.of(groupName, group.peers(), tried, now, now - began);
        }
        List<SQLException> refusals = tried.values().stream()
                .filter(answer -> sorter.sort(answer, Phase.CONNECT).peer() == Verdict.Standing.SOUND)
                .toList();
        SQLException first = refusals.get(0);
        boolean all = refusals.size() == group.peers().size();
        SQLException failure = new SQLException(
                (all ? "every peer of " + groupName : "every peer of " + groupName + " that can be asked")
                        + " refused: "
                        + AllPeersDownException.brief(first)
                        + (all ? "" : "; " + AllPeersDownException.picture(group.peers(), tried, now)),
                first.getSQLState(),
                first.getErrorCode(),
                first);
        tried.values().stream().filter(answer -> answer != first).forEach(failure::addSuppressed);
        return failure;
    }
}
