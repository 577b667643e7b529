/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.UnacceptableSettingException;
import io.peerage.errors.ErrorTable;
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
import java.util.function.BiPredicate;
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
    private final LoginResults logins;
    private final Ticker ticker;
    private final boolean waits;
    private final BiPredicate<Peer, Peer> alike;

    /** @param waits whether to wait for a peer while all are down, or to fail at once */
    Acquirer(
            String groupName,
            PeerGroup group,
            Connector connector,
            ExceptionSorter sorter,
            LoginPauses pauses,
            Ticker ticker,
            boolean waits) {
        this(groupName, group, connector::open, sorter, pauses, ticker, waits, Connector::connectsAlike);
    }

    /** @param opener in place of the driver, where a test stands for the servers */
    Acquirer(String groupName, PeerGroup group, Opener opener, ExceptionSorter sorter, Ticker ticker, boolean waits) {
        this(groupName, group, opener, sorter, ticker, waits, (one, other) -> false);
    }

    /** @param alike whether two peers have the same driver properties and database */
    Acquirer(
            String groupName,
            PeerGroup group,
            Opener opener,
            ExceptionSorter sorter,
            Ticker ticker,
            boolean waits,
            BiPredicate<Peer, Peer> alike) {
        this(groupName, group, opener, sorter, new LoginPauses(ticker), ticker, waits, alike);
    }

    private Acquirer(
            String groupName,
            PeerGroup group,
            Opener opener,
            ExceptionSorter sorter,
            LoginPauses pauses,
            Ticker ticker,
            boolean waits,
            BiPredicate<Peer, Peer> alike) {
        this.groupName = groupName;
        this.group = group;
        this.opener = opener;
        this.sorter = sorter;
        this.logins = new LoginResults(group, sorter, pauses);
        this.ticker = ticker;
        this.waits = waits;
        this.alike = alike;
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

    /**
     * A peer that refused a user comes after the others that are well, but before those in doubt: it is not refusing to
     * anybody else.
     */
    private @Nullable Peer draw(Credentials credentials, Collection<Peer> tried) {
        if (!credentials.equals(Credentials.CONFIGURED)) {
            List<Peer> spared = logins.spared(credentials);
            Peer peer = spared.isEmpty() ? null : group.drawForConnect(both(tried, spared));
            if (peer != null && peer.health() instanceof Health.Up) {
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
     * Returns whether all that answered refused this user, and waiting for the others is no use: they would refuse too, or
     * are out for long. Where one peer serves all and is well, its answer to a user whom a request names is all there is.
     */
    private boolean refusedForGood(Map<Peer, SQLException> tried, Credentials credentials) {
        Peer only = group.isExclusive() && !credentials.equals(Credentials.CONFIGURED) ? group.draw() : null;
        if (only != null && only.health() instanceof Health.Up) {
            return standing(tried.get(only)) == Verdict.Standing.SOUND;
        }
        Map<Peer, SQLException> refusals = new LinkedHashMap<>(tried);
        refusals.values().removeIf(answer -> standing(answer) != Verdict.Standing.SOUND);
        return !refusals.isEmpty()
                && group.peers().stream()
                        .filter(peer -> !refusals.containsKey(peer))
                        .noneMatch(peer -> standing(tried.get(peer)) == Verdict.Standing.FULL
                                || mayLetIn(peer, refusals, credentials));
    }

    private Verdict.@Nullable Standing standing(@Nullable SQLException answer) {
        return answer == null ? null : sorter.sort(answer, Phase.CONNECT).peer();
    }

    /**
     * Returns whether {@code peer}, which has not refused, may let this user in when it is back. A drained one waits for its
     * operator, and one that is known to refuse the configured user need not be asked.
     */
    private boolean mayLetIn(Peer peer, Map<Peer, SQLException> refusals, Credentials credentials) {
        return !(peer.health() instanceof Health.Drained)
                && !refusesConfigured(peer)
                && refusals.entrySet().stream()
                        .noneMatch(refusal -> refusesAsWell(peer, refusal.getKey(), refusal.getValue(), credentials));
    }

    /**
     * Returns whether {@code peer} will refuse as {@code other} did: a password that is wrong for one is so for its equals,
     * and what one does not take of the driver properties is not taken by those that have the same. Not where it has served
     * with them, as the configured user or with the same properties; and all else that is refused is one peer's own affair.
     */
    private boolean refusesAsWell(Peer peer, Peer other, SQLException answer, Credentials credentials) {
        if (answer instanceof UnacceptableSettingException) {
            return peer.units() == 0 && alike.test(peer, other);
        }
        boolean hasServed = credentials.equals(Credentials.CONFIGURED) && peer.units() > 0;
        return !hasServed && ErrorTable.isOfLogin(sorter.sort(answer, Phase.CONNECT));
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
                .filter(answer -> standing(answer) == Verdict.Standing.SOUND)
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
