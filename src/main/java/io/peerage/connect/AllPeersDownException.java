/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Causes;
import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * No peer could serve a request within its time. The message names every peer with its state, its cause and its next
 * check; the causes themselves are suppressed exceptions.
 */
public final class AllPeersDownException extends SQLTransientConnectionException {

    private static final long serialVersionUID = 1;

    private AllPeersDownException(String message) {
        super(message, "08001");
    }

    /**
     * Returns the failure of a request.
     *
     * @param group the name of the pool
     * @param tried what each peer answered during this request, if it was asked
     * @param now a reading of the group's ticker
     * @param waitedNanos how long the request waited; 0 = not at all
     */
    public static AllPeersDownException of(
            String group, List<Peer> peers, Map<Peer, ? extends Throwable> tried, long now, long waitedNanos) {
        long waitedMillis = TimeUnit.NANOSECONDS.toMillis(waitedNanos);
        String waited = waitedMillis > 0 ? " (gave up after " + waitedMillis + " ms)" : "";
        AllPeersDownException failure = new AllPeersDownException(
                "no peer of " + group + " can serve" + waited + ": " + picture(peers, tried, now));
        for (Peer peer : peers) {
            Throwable cause =
                    tried.get(peer) != null ? tried.get(peer) : peer.health().cause();
            if (cause != null) {
                failure.addSuppressed(cause);
            }
        }
        return failure;
    }

    /** Returns what is known of each peer, in one line. */
    static String picture(List<Peer> peers, Map<Peer, ? extends Throwable> tried, long now) {
        return peers.stream()
                .map(peer -> peer.name() + state(peer.health(), tried.get(peer), now))
                .collect(Collectors.joining("; "));
    }

    private static String state(Health health, @Nullable Throwable tried, long now) {
        Throwable cause = tried != null ? tried : health.cause();
        // What one user met who was named by a request is not held against the peer, and is told to that user all the
        // same.
        String state = (tried != null && health instanceof Health.Up ? " failed just now" : " is " + health.word())
                + (cause == null ? "" : ": " + brief(cause));
        long untilAsked = health.untilAsked(now);
        if (untilAsked >= 0) {
            return state + ", next check in " + seconds(untilAsked);
        }
        return health instanceof Health.Probing ? state + ", being asked now" : state;
    }

    /** Returns the first line of what {@code cause} says, and what lies at its root, which drivers often hide there. */
    static String brief(Throwable cause) {
        Throwable root = Causes.root(cause);
        String text = firstLine(cause);
        return root == cause ? text : text + " (" + root.getClass().getSimpleName() + ": " + firstLine(root) + ")";
    }

    static String firstLine(Throwable cause) {
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
