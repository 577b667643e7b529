/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Background;
import io.peerage.peer.Peer;
import io.peerage.peer.Ticker;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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

    private final Supplier<List<Peer>> peers;
    private final Branches.Opener opener;
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
     * @param lost those declared lost; read live
     * @param waitNanos how long a patient scan waits for a peer
     * @param attemptNanos how long an answer may take
     */
    PeerScans(
            Supplier<List<Peer>> peers,
            Branches.Opener opener,
            Set<Peer> lost,
            Background background,
            Ticker ticker,
            RecoveryLog log,
            long waitNanos,
            long attemptNanos) {
        this.peers = peers;
        this.opener = opener;
        this.lost = lost;
        this.background = background;
        this.ticker = ticker;
        this.log = log;
        this.waitNanos = waitNanos;
        this.attemptNanos = attemptNanos;
    }

    /** Asks each peer, and waits for those that cannot be asked. */
    Scan.Result patient(Credentials credentials) throws XAException {
        return scan(credentials, patience(), waitNanos, "RECOVER", null);
    }

    /** Asks each peer once, for {@code xid}. */
    Scan.Result once(Credentials credentials, String verb, BranchXid xid) throws XAException {
        return scan(credentials, new Impatient(), 0, verb, xid);
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
            Credentials credentials, Scan.Patience patience, long nanos, String verb, @Nullable BranchXid xid)
            throws XAException {
        List<Peer> asked =
                peers.get().stream().filter(peer -> !lost.contains(peer)).toList();
        Scan scan = new Scan(asked, peer -> ask(peer, credentials), patience, background, ticker);
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

    private Scan.Holding ask(Peer peer, Credentials credentials) throws SQLException, XAException {
        try (Branches branches = opener.open(peer, credentials)) {
            Set<BranchXid> prepared = branches.prepared();
            return new Scan.Holding(prepared, !prepared.isEmpty() && branches.isReadOnly());
        }
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
