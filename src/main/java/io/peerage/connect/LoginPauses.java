/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Peer;
import io.peerage.peer.Ticker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a user whom a peer did not let in leaves that peer alone, where there is no hurry: a second at first, twice
 * as long after each further failure, a minute at the most. So nobody waits longer than the trouble has lasted already.
 * Each user has pauses of its own; those of the configured user end when a check has found the peer well.
 *
 * <p>Thread-safe.
 */
final class LoginPauses {

    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** How many users of peers are remembered; those that failed least recently go first, and begin with a short pause. */
    static final int MOST = 1_000;

    private final Ticker ticker;
    /** The one that failed last is the last. Guarded by {@code this}. */
    private final Map<Login, Pause> pauses = new LinkedHashMap<>();

    /** Peers are compared by identity. */
    private record Login(Peer peer, Credentials credentials) {}

    /** @param failedAt reading of the ticker at the failure that it began with */
    private record Pause(long failedAt, long nanos) {

        boolean isOver(long now) {
            return now - failedAt >= nanos;
        }

        /** What follows long after it is another trouble. */
        boolean isOld(long now) {
            return now - failedAt - nanos >= LONGEST_NANOS;
        }
    }

    LoginPauses(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Records that {@code peer} let no connection of {@code credentials} in. A pause that lasts is not made longer. */
    synchronized void failed(Peer peer, Credentials credentials) {
        long now = ticker.nanos();
        Login login = new Login(peer, credentials);
        Pause before = pause(login);
        if (before != null && !before.isOver(now)) {
            return;
        }
        long nanos = before == null || before.isOld(now) ? FIRST_NANOS : Math.min(2 * before.nanos(), LONGEST_NANOS);
        Recent.put(pauses, login, new Pause(now, nanos), MOST);
    }

    /** Records that {@code peer} let {@code credentials} in. */
    synchronized void accepted(Peer peer, Credentials credentials) {
        if (!pauses.isEmpty()) {
            pauses.remove(new Login(peer, credentials));
        }
    }

    /** Forgets what {@code peer} did to whomever: it is connected to otherwise from now on, or not at all. */
    synchronized void forget(Peer peer) {
        pauses.keySet().removeIf(login -> login.peer() == peer);
    }

    /** Returns whether {@code peer} is to be left alone by {@code credentials} now. */
    synchronized boolean pauses(Peer peer, Credentials credentials) {
        Pause pause = pauses.isEmpty() ? null : pause(new Login(peer, credentials));
        return pause != null && !pause.isOver(ticker.nanos());
    }

    /** Returns those of {@code peers} that are to be left alone by {@code credentials} now. */
    List<Peer> among(List<Peer> peers, Credentials credentials) {
        return peers.stream().filter(peer -> pauses(peer, credentials)).toList();
    }

    private @Nullable Pause pause(Login login) {
        Pause pause = pauses.get(login);
        if (pause != null
                && login.credentials().equals(Credentials.CONFIGURED)
                && login.peer().wasWellAfter(pause.failedAt())) {
            pauses.remove(login);
            return null;
        }
        return pause;
    }
}
