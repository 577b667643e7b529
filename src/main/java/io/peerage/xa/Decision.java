/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the transaction manager decided for a prepared branch, on its way to the peer that holds it. The decision is
 * final, so it is kept until that peer has heard it.
 *
 * <p>Thread-safe.
 */
final class Decision {

    /** What becomes of a prepared branch. */
    enum Verb {
        COMMIT,
        ROLLBACK
    }

    /** How a decision ended. */
    enum Outcome {
        /** The peer has done it. */
        DONE,
        /** The peer has no such branch, though this decision was never sent to it: somebody else finished it. */
        GONE
    }

    private final BranchXid xid;
    private final Verb verb;
    private volatile Holder holder;
    private final Credentials credentials;
    private final @Nullable LostSession session;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    /** Whether the peer may have got the verb: a branch that it does not list any more was then finished by it. */
    private volatile boolean sent;

    /** Whether the branch may be prepared yet, late, by words on their way to the session that was lost. */
    private final boolean unvoted;
    /** When it was first taken charge of; written once. */
    private volatile @Nullable Long takenAtNanos;
    /** When that could not be ruled out first. Written by the attempts, which follow each other. */
    private volatile @Nullable Long lookedAtNanos;
    /** Whether its server could not be found behind the address of its peer. Written as the former. */
    private volatile boolean astray;

    private volatile boolean sessionEnded;
    private final AtomicBoolean announced = new AtomicBoolean();
    private volatile @Nullable Exception obstacle;

    /**
     * Makes a decision for a branch that has voted.
     *
     * @param session the session that had the branch in hand, if it was one of ours
     * @param sent whether the verb was sent on that session and its answer lost
     */
    Decision(
            BranchXid xid,
            Verb verb,
            Holder holder,
            Credentials credentials,
            @Nullable LostSession session,
            boolean sent) {
        this(xid, verb, holder, credentials, session, sent, false);
    }

    private Decision(
            BranchXid xid,
            Verb verb,
            Holder holder,
            Credentials credentials,
            @Nullable LostSession session,
            boolean sent,
            boolean unvoted) {
        this.xid = xid;
        this.verb = verb;
        this.holder = holder;
        this.credentials = credentials;
        this.session = session;
        this.sent = sent;
        this.unvoted = unvoted;
    }

    /** Rolls back what {@code session} was told to prepare, which it may have done, or may do yet. */
    static Decision unvoted(BranchXid xid, Holder holder, Credentials credentials, LostSession session) {
        return new Decision(xid, Verb.ROLLBACK, holder, credentials, session, false, true);
    }

    BranchXid xid() {
        return xid;
    }

    Verb verb() {
        return verb;
    }

    /** Returns what holds the branch. */
    Holder holder() {
        return holder;
    }

    /** Returns the peer that holds the branch. */
    Peer peer() {
        return holder.peer();
    }

    /** Returns the server that holds the branch; null: not known. */
    @Nullable ServerId server() {
        return holder.server();
    }

    /** Has it delivered to {@code other}, where the branch was found: its server has got another address. */
    void moveTo(Holder other) {
        // The number of a session means something on the server of then only.
        sessionEnded = true;
        holder = other;
    }

    Credentials credentials() {
        return credentials;
    }

    /** Returns the session that must end before what the peer says counts, or null if none must, or none any more. */
    @Nullable LostSession session() {
        return sessionEnded ? null : session;
    }

    /** Returns whether it is known that no session of ours has the branch in hand any more. */
    boolean isSessionEnded() {
        return sessionEnded;
    }

    void sessionEnded() {
        sessionEnded = true;
    }

    /** Returns whether the branch may be prepared yet, as long as its session may live. */
    boolean isUnvoted() {
        return unvoted;
    }

    /** Records at {@code now} that it has been taken charge of; only the first time counts. */
    void taken(long now) {
        if (takenAtNanos == null) {
            takenAtNanos = now;
        }
    }

    /** Returns how long ago, in nanoseconds, it was {@link #taken}. */
    long age(long now) {
        Long taken = takenAtNanos;
        return taken == null ? 0 : now - taken;
    }

    /** Records an attempt at {@code now} that reached the peer and settled nothing; returns how long ago the first was. */
    long looked(long now) {
        Long first = lookedAtNanos;
        if (first == null) {
            lookedAtNanos = now;
            return 0;
        }
        return now - first;
    }

    /** Records that its server could not be found behind the address of its peer; returns true the first time. */
    boolean strayed() {
        boolean first = !astray;
        astray = true;
        return first;
    }

    boolean isSent() {
        return sent;
    }

    void sent() {
        sent = true;
    }

    /** Returns what the last attempt met, or null. */
    @Nullable Exception obstacle() {
        return obstacle;
    }

    void obstacle(Exception met) {
        obstacle = met;
    }

    /** Returns true the first time: the log is told once that this decision is not delivered yet. */
    boolean announce() {
        return announced.compareAndSet(false, true);
    }

    boolean isAnnounced() {
        return announced.get();
    }

    /** Returns the end of this decision, which may be waited for. */
    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    @Override
    public String toString() {
        return "XA " + verb + " " + xid;
    }
}
