/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.peer.Peer;
import io.peerage.peer.Scheduler;
import io.peerage.peer.Ticker;
import io.peerage.peer.Unforeseen;
import io.peerage.server.ReachedServer;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Asks peers for their prepared branches, some at the same time, and those that cannot be asked again and again until
 * their time is over.
 *
 * <p>Thread-safe; used once.
 */
final class Scan {

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How many peers are asked at the same time. */
    private static final int MOST_AT_ONCE = 8;

    /**
     * What one server holds. Immutable.
     *
     * @param reached which server that is
     * @param readOnly whether it takes no writes; not asked for, and false, where it holds nothing
     */
    record Share(ReachedServer reached, Set<BranchXid> prepared, boolean readOnly) {}

    /**
     * What the servers behind the address of one peer hold; most have one. Immutable.
     *
     * @param shares of each that was asked
     */
    record Holding(List<Share> shares) {

        /** Returns whether a branch that is prepared on {@code server} would be among these. */
        boolean covers(@Nullable ServerId server) {
            return shares.stream().anyMatch(share -> share.reached().isOn(server));
        }

        /** Returns whether one that was asked only repeats what {@code server} does, or whichever was there if null. */
        boolean repeats(@Nullable ServerId server) {
            return shares.stream().anyMatch(share -> share.reached().repeats(server));
        }

        boolean contains(BranchXid xid) {
            return shares.stream().anyMatch(share -> share.prepared().contains(xid));
        }
    }

    /**
     * What came out. Immutable.
     *
     * @param missing the peers that did not answer, and what the last attempt met
     */
    record Result(Map<Peer, Holding> answers, Map<Peer, Exception> missing) {

        /** Returns what was heard of each peer, also of one that is missing because not all of its servers were met. */
        Map<Peer, Holding> heard() {
            Map<Peer, Holding> heard = new LinkedHashMap<>(answers);
            missing.forEach((peer, failure) -> {
                if (failure instanceof ServersMissingException some) {
                    heard.put(peer, some.holding());
                }
            });
            return heard;
        }
    }

    /** Asks one peer; blocks. */
    @FunctionalInterface
    interface Question {
        Holding ask(Peer peer) throws SQLException, XAException;
    }

    /** Decides how long a peer that cannot be asked is waited for. */
    interface Patience {

        /** {@code peer} has answered. */
        void answered(Peer peer);

        /** Returns the reading of the clock until which {@code peer}, which has just met {@code failure}, may be asked. */
        long until(Peer peer, Exception failure);
    }

    private final Question question;
    private final Patience patience;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final CompletableFuture<Result> result = new CompletableFuture<>();

    /** Peers that have neither answered nor been given up. Guarded by {@code this}. */
    private final Set<Peer> open;
    /** Guarded by {@code this}. */
    private final Queue<Peer> next;
    /** Guarded by {@code this}. */
    private final Map<Peer, Holding> answers = new LinkedHashMap<>();
    /** Guarded by {@code this}. */
    private final Map<Peer, Exception> missing = new HashMap<>();
    /** Guarded by {@code this}. */
    private int asking;

    Scan(List<Peer> peers, Question question, Patience patience, Scheduler scheduler, Ticker ticker) {
        this.open = new LinkedHashSet<>(peers);
        this.next = new ArrayDeque<>(peers);
        this.question = question;
        this.patience = patience;
        this.scheduler = scheduler;
        this.ticker = ticker;
    }

    /** Begins to ask; the future completes when every peer has answered or been given up. */
    CompletableFuture<Result> begin() {
        proceed();
        return result;
    }

    /** As {@link #begin()}; {@code then} gets what came out. */
    void begin(Consumer<Result> then) {
        CompletableFuture<Void> after = result.thenAccept(then);
        proceed();
        assert !after.isCancelled();
    }

    /** Waits for {@code peer} no longer: the operator declared it lost. It is not among the missing then. */
    void leaveOut(Peer peer) {
        synchronized (this) {
            open.remove(peer);
        }
        proceed();
    }

    private void proceed() {
        while (true) {
            Peer peer;
            synchronized (this) {
                if (open.isEmpty()) {
                    result.complete(new Result(Map.copyOf(answers), Map.copyOf(missing)));
                    return;
                }
                peer = asking < MOST_AT_ONCE ? next.poll() : null;
                if (peer == null) {
                    return;
                }
                asking++;
            }
            scheduler.execute(() -> ask(peer));
        }
    }

    private void ask(Peer peer) {
        try {
            Holding holding = question.ask(peer);
            patience.answered(peer);
            synchronized (this) {
                if (open.remove(peer)) {
                    answers.put(peer, holding);
                }
            }
        } catch (SQLException | XAException | RuntimeException e) {
            failed(peer, e);
        } catch (Error e) {
            failed(peer, Unforeseen.of(e));
        } finally {
            synchronized (this) {
                asking--;
            }
            proceed();
        }
    }

    private void failed(Peer peer, Exception failure) {
        long until = patience.until(peer, failure);
        synchronized (this) {
            if (!open.contains(peer)) {
                return;
            }
            if (until - ticker.nanos() <= 0) {
                open.remove(peer);
                missing.put(peer, failure);
                return;
            }
        }
        scheduler.after(Math.min(AGAIN_NANOS, Math.max(1, until - ticker.nanos())), () -> {
            synchronized (this) {
                next.add(peer);
            }
            proceed();
        });
    }
}
