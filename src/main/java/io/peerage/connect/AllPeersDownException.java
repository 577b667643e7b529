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
     * @param tried what each peer answered during this request, if it was asked
     */
    static AllPeersDownException of(
            String group, List<Peer> peers, Map<Peer, ? extends Throwable> tried, long now, long waitedNanos) {
        StringBuilder text = new StringBuilder("no peer of ").append(group).append(" can serve");
        if (TimeUnit.NANOSECONDS.toMillis(waitedNanos) > 0) {
            text.append(" (gave up after ")
                    .append(TimeUnit.NANOSECONDS.toMillis(waitedNanos))
                    .append(" ms)");
        }
        text.append(": ").append(picture(peers, tried, now));
        AllPeersDownException failure = new AllPeersDownException(text.toString());
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
                .map(peer -> peer.name()
                        + state(peer.health(), tried.get(peer))
                        + detail(peer.health(), tried.get(peer), now))
                .collect(Collectors.joining("; "));
    }

    /** What one user met who was named by a request is not held against the peer, and is told to that user all the same. */
    private static String state(Health health, @Nullable Throwable tried) {
        return tried != null && health instanceof Health.Up ? " failed just now" : " is " + health.word();
    }

    private static String detail(Health health, @Nullable Throwable tried, long now) {
        Throwable cause = tried != null ? tried : health.cause();
        String why = cause == null ? "" : ": " + brief(cause);
        if (health instanceof Health.Down down) {
            return why + ", next check in " + seconds(Math.max(0, down.nextCheck() - now));
        }
        if (health instanceof Health.Refusing refusing) {
            return why + ", next check in " + seconds(Math.max(0, refusing.until() - now));
        }
        return health instanceof Health.Probing ? why + ", being asked now" : why;
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
