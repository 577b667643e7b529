/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Has each decision carried out on the peer that holds its branch, in the background. Thread-safe. */
final class BranchCompleters {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_DOUBLINGS = 6;

    private final RecoveryGroup group;
    private final Consumer<List<Decision>> astray;
    private final Map<Peer, BranchCompleter> completers = new ConcurrentHashMap<>();

    /** @param astray gets those whose server is not behind the address of their peer, in the background */
    BranchCompleters(RecoveryGroup group, Consumer<List<Decision>> astray) {
        this.group = group;
        this.astray = astray;
    }

    /** Has {@code made} carried out, unless another one was made for the branch before; returns the one that stands. */
    Decision submit(Decision made) {
        Decision standing = group.table().decide(made);
        if (standing == made) {
            carryOut(made);
        } else {
            hurry(standing.peer());
        }
        return standing;
    }

    /**
     * Has {@code decision} carried out on {@code found} and no longer on {@code from}, unless it is being delivered
     * just now, or has ended.
     */
    void move(Decision decision, Holder from, Holder found) {
        BranchCompleter former = completers.get(from.peer());
        if (former != null && former.release(decision)) {
            group.table().hold(decision.xid(), found);
            decision.moveTo(found);
            carryOut(decision);
        }
    }

    /** Has what is left for {@code peer} tried now. */
    void hurry(Peer peer) {
        BranchCompleter completer = completers.get(peer);
        if (completer != null) {
            completer.hurry();
        }
    }

    /** Forgets the completers of removed peers that have nothing left to deliver. */
    void dropIdle() {
        for (Peer peer : completers.keySet()) {
            if (peer.isRemoved()) {
                completers.computeIfPresent(peer, (same, completer) -> completer.isIdle() ? null : completer);
            }
        }
    }

    private void carryOut(Decision decision) {
        // One step, so that no completer is dropped that has just taken charge of it: hurry() would not find it.
        completers
                .compute(decision.peer(), (peer, before) -> {
                    BranchCompleter completer = before == null ? new BranchCompleter(peer) : before;
                    completer.add(decision);
                    return completer;
                })
                .hurry();
    }

    /**
     * Carries decisions out on one peer, one attempt at a time however many there are, until the peer has heard them
     * all.
     */
    private final class BranchCompleter {

        private final Peer peer;
        /** One object for all attempts: where no thread can be had, it waits for one only once. */
        private final Runnable attempt = this::attempt;

        /** Guarded by {@code this}. */
        private final Set<Decision> pending = new LinkedHashSet<>();
        /** Whether an attempt is under way. Guarded by {@code this}. */
        private boolean running;
        /** Whether the next attempt is to begin without a pause. Guarded by {@code this}. */
        private boolean hurried;
        /** How many attempts in a row left something undone. Guarded by {@code this}. */
        private int attempts;
        /** Guarded by {@code this}. */
        private @Nullable Runnable cancelNext;

        BranchCompleter(Peer peer) {
            this.peer = peer;
        }

        /** Takes charge of {@code decision}; {@link #hurry} begins the first attempt. */
        synchronized void add(Decision decision) {
            pending.add(decision);
        }

        /** Gives {@code decision} back; returns false if it is being delivered just now, or has ended. */
        synchronized boolean release(Decision decision) {
            return !running && pending.remove(decision);
        }

        /** Returns whether nothing is left to deliver. */
        synchronized boolean isIdle() {
            return !running && pending.isEmpty();
        }

        /** Tries now what is left. */
        void hurry() {
            synchronized (this) {
                attempts = 0;
                hurried = true;
                if (cancelNext != null) {
                    cancelNext.run();
                    cancelNext = null;
                }
            }
            group.scheduler().execute(attempt);
        }

        private void attempt() {
            Map<Credentials, List<Decision>> todo;
            synchronized (this) {
                if (running || pending.isEmpty() || group.isLost(peer)) {
                    return;
                }
                running = true;
                hurried = false;
                todo = pending.stream()
                        .collect(Collectors.groupingBy(Decision::credentials, LinkedHashMap::new, Collectors.toList()));
            }
            try {
                todo.forEach(this::attempt);
            } finally {
                planNext();
            }
        }

        private void attempt(Credentials credentials, List<Decision> decisions) {
            List<Decision> left = new CompletionAttempt(group, peer, decisions).run(credentials);
            if (!left.isEmpty()) {
                astray.accept(left);
            }
        }

        private void planNext() {
            synchronized (this) {
                running = false;
                pending.removeIf(Decision::isEnded);
                if (pending.isEmpty()) {
                    return;
                }
                if (!hurried) {
                    long pause = FIRST_PAUSE_NANOS << Math.min(attempts++, MOST_DOUBLINGS);
                    cancelNext = group.scheduler().after(pause, attempt);
                    return;
                }
            }
            group.scheduler().execute(attempt);
        }
    }
}
