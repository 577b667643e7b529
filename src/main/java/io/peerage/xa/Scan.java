/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.peer.Unforeseen;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the peers of a group for their prepared branches, some at the same time, and those that cannot be asked again
 * and again until their time is over.
 *
 * <p>Thread-safe; used once.
 */
final class Scan {

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How many peers are asked at the same time. */
    private static final int MOST_AT_ONCE = 8;

    private final RecoveryGroup group;
    private final Credentials credentials;
    private final boolean strict;
    private final RecoveryWait wait;
    private final Consumer<ScanResult> then;

    /** Peers that have neither answered nor been given up. Guarded by {@code this}. */
    private final Set<Peer> open;
    /** Guarded by {@code this}. */
    private final Queue<Peer> next;
    /** Guarded by {@code this}. */
    private final Map<Peer, PeerListing> heard = new HashMap<>();
    /** Guarded by {@code this}. */
    private final Map<Peer, Exception> missing = new HashMap<>();
    /** How many peers are being asked. Guarded by {@code this}. */
    private int asking;
    /** Guarded by {@code this}. */
    private boolean ended;

    /**
     * @param strict whether a peer counts as missing if its address does not lead to all servers expected there
     * @param wait how long to wait for peers that cannot be asked
     * @param then gets what came out, once: when every peer has answered or been given up
     */
    Scan(RecoveryGroup group, Credentials credentials, boolean strict, RecoveryWait wait, Consumer<ScanResult> then) {
        this.group = group;
        this.credentials = credentials;
        this.strict = strict;
        this.wait = wait;
        this.then = then;
        this.next = new ArrayDeque<>(group.peers());
        this.open = new HashSet<>(next);
    }

    /** Begins to ask, or goes on, in the background. */
    void proceed() {
        synchronized (this) {
            while (!open.isEmpty() && asking < MOST_AT_ONCE && !next.isEmpty()) {
                asking++;
                Peer peer = next.remove();
                group.scheduler().execute(() -> ask(peer));
            }
            if (ended || !open.isEmpty()) {
                return;
            }
            ended = true;
        }
        then.accept(new ScanResult(Map.copyOf(heard), Map.copyOf(missing)));
    }

    /** Waits for {@code peer} no longer: the operator declared it lost. It is not among the missing then. */
    void leaveOut(Peer peer) {
        synchronized (this) {
            open.remove(peer);
        }
        proceed();
    }

    private void ask(Peer peer) {
        try {
            PeerListing listing = new AddressScan(group, peer).list(credentials, strict);
            heard(peer, listing, listing.unmet());
        } catch (SQLException | XAException | RuntimeException e) {
            heard(peer, null, e);
        } catch (Error e) {
            heard(peer, null, Unforeseen.of(e));
        } finally {
            synchronized (this) {
                asking--;
            }
            proceed();
        }
    }

    /**
     * @param listing what the servers of the peer list that were met; null: none was
     * @param failure why the peer does not count as asked; null: it does
     */
    private void heard(Peer peer, @Nullable PeerListing listing, @Nullable Exception failure) {
        long left = 0;
        if (failure == null) {
            wait.answered(peer);
        } else {
            left = wait.until(peer, failure) - group.now();
        }
        if (left > 0) {
            group.scheduler().after(Math.min(AGAIN_NANOS, left), () -> askAgain(peer));
            return;
        }
        synchronized (this) {
            if (open.remove(peer)) {
                if (listing != null) {
                    heard.put(peer, listing);
                }
                if (failure != null) {
                    missing.put(peer, failure);
                }
            }
        }
    }

    private void askAgain(Peer peer) {
        synchronized (this) {
            if (open.contains(peer)) {
                next.add(peer);
            }
        }
        proceed();
    }
}
