/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.connect.ServerId;
import io.peerage.peer.Background;
import io.peerage.peer.Peer;
import io.peerage.peer.Ticker;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /** How many connections in a row look for a certain server behind an address. */
    static final int MOST_CONNECTIONS = 4;

    private final Supplier<List<Peer>> peers;
    private final Branches.Opener opener;
    private final Function<Peer, Set<ServerId>> known;
    private final Set<Peer> lost;
    private final Background background;
    private final Ticker ticker;
    private final RecoveryLog log;
    private final long waitNanos;
    private final long attemptNanos;

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
            Background background,
            Ticker ticker,
            RecoveryLog log,
            long waitNanos,
            long attemptNanos) {
        this.peers = peers;
        this.opener = opener;
        this.known = known;
        this.lost = lost;
        this.background = background;
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
        List<Peer> asked =
                peers.get().stream().filter(peer -> !lost.contains(peer)).toList();
        Scan scan = new Scan(asked, peer -> ask(peer, credentials, strict), patience, background, ticker);
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

    /**
     * Asks the servers behind the address of {@code peer}: as many as are known there, but for most there is one. Where none
     * is known, as after a restart of the JVM, a second connection looks whether it leads to another one than the first.
     */
    Scan.Holding ask(Peer peer, Credentials credentials, boolean strict) throws SQLException, XAException {
        Set<ServerId> wanted = new LinkedHashSet<>(known.apply(peer));
        int least = wanted.isEmpty() ? 2 : 1;
        Set<ServerId> met = new LinkedHashSet<>();
        List<Scan.Share> shares = new ArrayList<>();
        for (int i = 0; i < MOST_CONNECTIONS; i++) {
            try (Branches branches = opener.open(peer, credentials)) {
                ServerId server = branches.reached().server();
                if (server == null || met.add(server)) {
                    shares.add(share(branches));
                }
                if (server != null) {
                    wanted.remove(server);
                }
                if (server == null || (wanted.isEmpty() && i + 1 >= least)) {
                    return new Scan.Holding(List.copyOf(shares));
                }
                branches.avoidAddress();
            }
        }
        if (strict) {
            throw elsewhere(wanted, peer, met);
        }
        return new Scan.Holding(List.copyOf(shares));
    }

    private static Scan.Share share(Branches branches) throws SQLException, XAException {
        Set<BranchXid> prepared = branches.prepared();
        return new Scan.Share(branches.reached(), prepared, !prepared.isEmpty() && branches.isReadOnly());
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
