/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Peer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * For how long scans wait for a peer that cannot be asked: counted from when it first left one unanswered. Narayana
 * scans every two minutes and must not be held up each time by a peer that stays away. Thread-safe.
 */
final class RecoveryWait {

    private final RecoveryGroup group;
    private final long nanos;
    /** Since when a peer has left every scan unanswered. */
    private final Map<Peer, Long> silentSince = new ConcurrentHashMap<>();

    /** @param nanos how long to wait; 0: each peer is asked once */
    RecoveryWait(RecoveryGroup group, long nanos) {
        this.group = group;
        this.nanos = nanos;
    }

    long nanos() {
        return nanos;
    }

    /** {@code peer} has answered, so it is worth waiting for again. */
    void answered(Peer peer) {
        silentSince.remove(peer);
    }

    /** Returns the reading of the clock until which {@code peer}, which has just met {@code failure}, is asked again. */
    long until(Peer peer, Exception failure) {
        long now = group.now();
        if (nanos == 0 || XaFailure.isListingRefused(failure)) {
            // Who refuses has answered, and will answer the same; while this waits, Payara holds up all transactions.
            return now;
        }
        Long since = silentSince.putIfAbsent(peer, now);
        if (since != null) {
            return since + nanos;
        }
        group.log().waits(peer, failure, TimeUnit.NANOSECONDS.toSeconds(nanos));
        return now + nanos;
    }
}
