/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The servers that the address of one peer has led to lately. Thread-safe.
 *
 * <p>One that has not been met for ten minutes, while another one was, has left the address. A standby is no server of
 * its own, but whoever meets one there has met another one.
 */
public final class ServersSeen {

    static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(10);
    /** A balancer has fewer servers; this bounds what a server that calls itself otherwise each time may cost. */
    private static final int MOST = 64;

    /** When each was met last, the latest last. Guarded by {@code this}. */
    private final Map<ServerId, Long> met = new LinkedHashMap<>();

    /** Guarded by {@code this}. */
    private boolean several;

    /**
     * Records that the address led to {@code server} at {@code now}.
     *
     * @return the servers it led to lately, the first time that these are several; else none
     */
    public synchronized Set<ServerId> met(ServerId server, long now) {
        if (!server.standby()) {
            met.remove(server);
            met.put(server, now);
        }
        met.values().removeIf(at -> now - at > LATELY_NANOS);
        if (met.size() > MOST) {
            met.remove(met.keySet().iterator().next());
        }
        if (several || met.size() < 2) {
            return Set.of();
        }
        several = true;
        return recent();
    }

    /** Forgets them all. */
    public synchronized void forget() {
        met.clear();
    }

    /** Returns those met lately; the one met last among them, however long that is ago. */
    public synchronized Set<ServerId> recent() {
        return new LinkedHashSet<>(met.keySet());
    }
}
