/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Health;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Scheduler;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Ticker;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Frees applications that hang on a peer that is frozen or unreachable: samples which calls run, has the peer of a call
 * that runs too long probed, and ends the call when more than one probe in a row met silence and no other call moved
 * meanwhile.
 *
 * <p>A slow statement on a peer that answers goes on, and so does one behind a proxy that only refuses new clients: a
 * refusal comes from a host that lives and would have ended the connection itself.
 *
 * <p>One sample runs at a time; all methods are thread-safe.
 */
final class HungCallWatchdog {

    private final PeerGroup group;
    private final Map<Credentials, SlotRegistry> registries;
    private final Ticker ticker;
    private final long hungAfterNanos;

    /** The calls seen running at the last sample. Written by the sample under way. */
    private IdentityHashMap<PhysicalConnection, Call> seen = new IdentityHashMap<>();

    /** A call that was running when a sample was taken. */
    private static final class Call {
        final int number;
        final long since;
        /** What was known of the peer when it was asked; null if it was not. */
        @Nullable Health asked;

        long askedAt;
        boolean aborted;

        Call(int number, long since) {
            this.number = number;
            this.since = since;
        }
    }

    /** @param hungAfterNanos how long a call may run before its peer is probed */
    HungCallWatchdog(PeerGroup group, Map<Credentials, SlotRegistry> registries, Ticker ticker, long hungAfterNanos) {
        this.group = group;
        this.registries = registries;
        this.ticker = ticker;
        this.hungAfterNanos = hungAfterNanos;
    }

    /** Returns what samples again and again. */
    PeriodicTask task(Scheduler scheduler) {
        long period = Math.max(TimeUnit.MILLISECONDS.toNanos(20), hungAfterNanos / 8);
        return new PeriodicTask(scheduler, () -> period, this::sample);
    }

    private void sample() {
        long now = ticker.nanos();
        IdentityHashMap<PhysicalConnection, Call> present = new IdentityHashMap<>();
        List<Peer> doubtful = new ArrayList<>();
        for (SlotRegistry registry : registries.values()) {
            for (Link link : registry.links()) {
                if (link instanceof PhysicalConnection physical && !link.isAtRest()) {
                    look(physical, now, present, doubtful);
                }
            }
        }
        seen = present;
        doubtful.forEach(group::check);
    }

    private void look(
            PhysicalConnection link, long now, IdentityHashMap<PhysicalConnection, Call> present, List<Peer> doubtful) {
        int number = link.session().activity().running();
        if (number == 0) {
            return;
        }
        Call before = seen.get(link);
        Call call = before != null && before.number == number ? before : new Call(number, now);
        present.put(link, call);
        if (now - call.since < hungAfterNanos) {
            return;
        }
        Health health = link.peer().health();
        // Nobody asks a drained peer but for such calls, so what was heard of it before may be old.
        boolean drained = health instanceof Health.Drained;
        if (PhysicalConnection.isSilent(health) && (!drained || (call.asked != null && call.asked != health))) {
            if (!call.aborted) {
                call.aborted = link.abort();
            }
        } else if (call.asked == null || (drained && now - call.askedAt >= hungAfterNanos)) {
            // Once for each call: a long report must not have its peer probed all the time.
            call.asked = health;
            call.askedAt = now;
            doubtful.add(link.peer());
        }
    }
}
