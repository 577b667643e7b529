/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/** Asks the peers of a group for their branches, and waits for the answers. Thread-safe. */
final class PeerScans {

    /** Each attempt is bounded by the connector; this is for the case that the threads have been ended meanwhile. */
    private static final long ENDED_THREADS_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final RecoveryGroup group;
    private final RecoveryWait wait;
    private final RecoveryWait noWait;
    private final long attemptNanos;
    /** Those that somebody waits for. */
    private final Set<Scan> underWay = ConcurrentHashMap.newKeySet();

    /**
     * @param waitNanos how long a patient scan waits for a peer
     * @param attemptNanos how long an answer may take
     */
    PeerScans(RecoveryGroup group, long waitNanos, long attemptNanos) {
        this.group = group;
        this.wait = new RecoveryWait(group, waitNanos);
        this.noWait = new RecoveryWait(group, 0);
        this.attemptNanos = attemptNanos;
    }

    /**
     * Asks each peer, and waits for those that cannot be asked. Blocks, within bounds; an interrupt does not end that.
     *
     * @param strict whether a peer counts as missing if its address does not lead to all servers expected there
     */
    ScanResult patient(Credentials credentials, boolean strict) throws XAException {
        return await(credentials, strict, wait, "RECOVER", null);
    }

    /** Asks each peer once, for {@code xid}. Blocks, as {@link #patient}. */
    ScanResult once(Credentials credentials, Decision.Verb verb, BranchXid xid) throws XAException {
        return await(credentials, true, noWait, verb.name(), xid);
    }

    /** Asks each peer once, in the background, where {@code then} gets what came out. */
    void search(Credentials credentials, Consumer<ScanResult> then) {
        new Scan(group, credentials, true, noWait, then).proceed();
    }

    /** Has no scan wait for {@code peer} any more. */
    void leaveOut(Peer peer) {
        underWay.forEach(scan -> scan.leaveOut(peer));
    }

    private ScanResult await(
            Credentials credentials, boolean strict, RecoveryWait patience, String verb, @Nullable BranchXid xid)
            throws XAException {
        CompletableFuture<ScanResult> result = new CompletableFuture<>();
        Scan scan = new Scan(group, credentials, strict, patience, result::complete);
        underWay.add(scan);
        try {
            // Declared lost while the scan was not known yet.
            group.lost().forEach(scan::leaveOut);
            scan.proceed();
            long most = patience.nanos() + 4 * attemptNanos + ENDED_THREADS_NANOS;
            return Uninterrupted.get(result, most, group.ticker());
        } catch (TimeoutException | ExecutionException e) {
            throw XaFailure.of(XAException.XAER_RMFAIL, verb, xid, "the peers did not answer in time", e);
        } finally {
            underWay.remove(scan);
        }
    }
}
