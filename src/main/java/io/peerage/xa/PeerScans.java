/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Causes;
import io.peerage.peer.Peer;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the peers of a group for their branches, those declared lost excepted, and waits for the answers.
 *
 * <p>Thread-safe. Blocks its caller, within bounds; an interrupt does not end that.
 */
final class PeerScans {

    /** Each attempt is bounded by the connector; this is for the case that the threads have been ended meanwhile. */
    private static final long ENDED_THREADS_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How many connections in a row look for a certain server behind an address, at least. */
    private static final int LEAST_BOUND = 4;

    /** How many servers of a peer are remembered as asked. */
    private static final int MOST_ASKED = 64;

    private final Supplier<List<Peer>> peers;
    private final Branches.Opener opener;
    private final Function<Peer, Set<ServerId>> known;
    private final Set<Peer> lost;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final RecoveryLog log;
    private final long waitNanos;
    private final long attemptNanos;

    /** The servers that completed scans asked, since the start of the JVM. */
    private final Map<Peer, Set<ServerId>> asked = new ConcurrentHashMap<>();

    private final Set<Scan> underWay = ConcurrentHashMap.newKeySet();
    /** Since when a peer has left every patient scan unanswered. */
    private final Map<Peer, Long> silentSince = new ConcurrentHashMap<>();

    /**
     * @param peers those there are at the moment
     * @param known the servers that are to be asked behind the address of a peer, besides the one that it leads to
     * @param lost those declared lost; read live
     * @param waitNanos how long a patient scan waits for a peer
     * @param attemptNanos how long an answer may take
     */
    PeerScans(
            Supplier<List<Peer>> peers,
            Branches.Opener opener,
            Function<Peer, Set<ServerId>> known,
            Set<Peer> lost,
            Scheduler scheduler,
            Ticker ticker,
            RecoveryLog log,
            long waitNanos,
            long attemptNanos) {
        this.peers = peers;
        this.opener = opener;
        this.known = known;
        this.lost = lost;
        this.scheduler = scheduler;
        this.ticker = ticker;
        this.log = log;
        this.waitNanos = waitNanos;
        this.attemptNanos = attemptNanos;
    }

    /**
     * Asks each peer, and waits for those that cannot be asked.
     *
     * @param strict whether a peer counts as missing if its address does not lead to all of its servers that are known
     */
    Scan.Result patient(Credentials credentials, boolean strict) throws XAException {
        return scan(credentials, patience(), strict, waitNanos, "RECOVER", null);
    }

    /** Asks each peer once, for {@code xid}. */
    Scan.Result once(Credentials credentials, String verb, BranchXid xid) throws XAException {
        return scan(credentials, new Impatient(), true, 0, verb, xid);
    }

    /** Returns how long a patient scan that begins now waits for each peer. */
    Scan.Patience patience() {
        return new Waiting();
    }

    /** Has no scan wait for {@code peer} any more, which was added to those declared lost. */
    void leaveOut(Peer peer) {
        underWay.forEach(scan -> scan.leaveOut(peer));
    }

    /** Returns what to throw where the answers missing in {@code result} are needed. */
    static XAException missing(String verb, @Nullable BranchXid xid, Scan.Result result) {
        StringBuilder text = new StringBuilder();
        result.missing()
                .forEach((peer, failure) -> text.append(text.isEmpty() ? "" : "; ")
                        .append(peer)
                        .append(" could not be asked: ")
                        .append(failure.getMessage()));
        XAException failure = XaFailure.of(
                XAException.XAER_RMFAIL,
                verb,
                xid,
                text + ". Bring it back, or declare it lost if it never comes",
                null);
        result.missing().values().forEach(failure::addSuppressed);
        return failure;
    }

    private Scan.Result scan(
            Credentials credentials,
            Scan.Patience patience,
            boolean strict,
            long nanos,
            String verb,
            @Nullable BranchXid xid)
            throws XAException {
        Scan scan = scan(credentials, patience, strict);
        underWay.add(scan);
        try {
            // Declared lost while the scan was not known yet.
            lost.forEach(scan::leaveOut);
            return Uninterrupted.get(scan.begin(), nanos + 4 * attemptNanos + ENDED_THREADS_NANOS, ticker);
        } catch (TimeoutException | ExecutionException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, verb, xid, "the peers did not answer in time", e);
        } finally {
            underWay.remove(scan);
        }
    }

    /** Returns how many connections in a row look for certain servers behind an address that leads to {@code known}. */
    static int mostConnections(int known) {
        return Math.max(LEAST_BOUND, known + 2);
    }

    /**
     * Asks the servers behind the address of {@code peer}: as many as are known there, but for most there is one, and as
     * many as are found. The connections stay open until the end, so that a balancer that counts them leads elsewhere.
     *
     * @throws NotAllMetException if one that is known was not met, and this is {@code strict}
     */
    Scan.Holding ask(Peer peer, Credentials credentials, boolean strict) throws SQLException, XAException {
        ServerSweep sweep = new ServerSweep(known.apply(peer), asked.getOrDefault(peer, Set.of()));
        SQLException failure = null;
        Deque<Branches> opened = new ArrayDeque<>();
        try {
            while (failure == null && sweep.goOn()) {
                if (!opened.isEmpty()) {
                    opened.getLast().avoidAddress();
                }
                try {
                    opened.add(opener.open(peer, credentials));
                } catch (SQLException e) {
                    if (opened.isEmpty()) {
                        throw e;
                    }
                    failure = e;
                    continue;
                }
                sweep.look(opened.getLast());
            }
        } finally {
            opened.forEach(Branches::close);
        }
        Set<ServerId> unmet = sweep.unmet();
        if (strict && !unmet.isEmpty()) {
            SQLException why = elsewhere(unmet, peer, sweep.met());
            if (failure != null) {
                Causes.suppress(why, failure);
            }
            throw new ServersMissingException(why, sweep.holding());
        }
        if (failure == null) {
            asked.merge(peer, Set.copyOf(sweep.met()), PeerScans::both);
        }
        return sweep.holding();
    }

    /** Bounded: from the beginning where a server calls itself otherwise each time. */
    private static Set<ServerId> both(Set<ServerId> before, Set<ServerId> now) {
        Set<ServerId> both = new LinkedHashSet<>(now);
        both.addAll(before);
        return both.size() > MOST_ASKED ? now : Set.copyOf(both);
    }

    /** Forgets which servers were asked behind the address of {@code peer}. */
    void forget(Peer peer) {
        asked.remove(peer);
    }

    /**
     * Asks each peer once, in the background.
     *
     * @param then gets what came out, in the background
     */
    void search(Credentials credentials, Consumer<Scan.Result> then) {
        scan(credentials, new Impatient(), true).begin(then);
    }

    /** Returns a scan of the peers of now, which has not begun. */
    private Scan scan(Credentials credentials, Scan.Patience patience, boolean strict) {
        List<Peer> all =
                peers.get().stream().filter(peer -> !lost.contains(peer)).toList();
        return new Scan(all, peer -> ask(peer, credentials, strict), patience, scheduler, ticker);
    }

    /** Returns the failure of an address that leads to others than the servers that were {@code wanted}. */
    static SQLException elsewhere(Set<ServerId> wanted, Peer peer, Set<ServerId> met) {
        return new SQLException(
                "could not reach the server " + join(wanted) + " behind peer " + peer + ": its address leads to "
                        + (met.isEmpty() ? "one that cannot be told from others" : join(met)),
                "08001");
    }

    private static String join(Set<ServerId> servers) {
        return servers.stream().map(ServerId::toString).collect(Collectors.joining(" and "));
    }

    /** Waits for no peer. */
    private static final class Impatient implements Scan.Patience {
        @Override
        public void answered(Peer peer) {
            // nothing is kept
        }

        @Override
        public long until(Peer peer, Exception failure) {
            return Long.MIN_VALUE / 2;
        }
    }

    /**
     * Waits for each peer as long as configured, counted from when it first left a scan unanswered: Narayana scans every
     * two minutes and must not be held up each time by a peer that stays away.
     */
    private final class Waiting implements Scan.Patience {

        private final Set<Peer> said = ConcurrentHashMap.newKeySet();

        @Override
        public void answered(Peer peer) {
            silentSince.remove(peer);
        }

        @Override
        public long until(Peer peer, Exception failure) {
            long now = ticker.nanos();
            if (XaFailure.isListingRefused(failure)) {
                // It has answered, and will answer the same: Payara holds up every transaction as long as this waits.
                return now;
            }
            Long since = silentSince.putIfAbsent(peer, now);
            long until = (since == null ? now : since) + waitNanos;
            if (until - now > 0 && said.add(peer)) {
                log.waits(peer, failure, TimeUnit.NANOSECONDS.toSeconds(until - now));
            }
            return until;
        }
    }
}
