/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the transaction manager decided for a prepared branch, on its way to the peer that holds it. The decision is
 * final, so it is kept until that peer has heard it.
 *
 * <p>Thread-safe to read. Only who delivers it, or moves it meanwhile, changes it: one thread at a time.
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
    private final Credentials credentials;
    private final @Nullable LostSession session;
    private final boolean voted;
    private final long madeNanos;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    private volatile Holder holder;
    private volatile boolean sent;
    private volatile boolean sessionEnded;
    /** From when on its server may be searched for at other peers. */
    private volatile long searchFromNanos;
    /** When an attempt first reached the peer and settled nothing. */
    private volatile @Nullable Long unsettledNanos;

    private volatile @Nullable Exception obstacle;

    /**
     * @param session the session that had the branch in hand, if it was one of ours
     * @param voted whether the branch is prepared; else {@code session} was told to prepare it, and may do so yet, late
     * @param sent whether the verb was sent on that session and its answer lost
     * @param now the clock's reading
     */
    Decision(
            BranchXid xid,
            Verb verb,
            Holder holder,
            Credentials credentials,
            @Nullable LostSession session,
            boolean voted,
            boolean sent,
            long now) {
        this.xid = xid;
        this.verb = verb;
        this.holder = holder;
        this.credentials = credentials;
        this.session = session;
        this.voted = voted;
        this.sent = sent;
        this.madeNanos = now;
        this.searchFromNanos = now;
    }

    BranchXid xid() {
        return xid;
    }

    Verb verb() {
        return verb;
    }

    /** Returns where the branch is prepared. */
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

    /** Returns how long ago, in nanoseconds, it was made. */
    long age(long now) {
        return now - madeNanos;
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

    /** Returns whether the branch is prepared; else its session was told to prepare it, and may do so yet, late. */
    boolean isVoted() {
        return voted;
    }

    /** Records an attempt at {@code now} that reached the peer and settled nothing; returns how long ago the first was. */
    long unsettled(long now) {
        Long first = unsettledNanos;
        if (first == null) {
            unsettledNanos = now;
            return 0;
        }
        return now - first;
    }

    /** Returns whether its server may be searched for at other peers. */
    boolean isSearchDue(long now) {
        return now - searchFromNanos >= 0;
    }

    /** Has its server not searched for before {@code fromNanos}. */
    void searchFrom(long fromNanos) {
        searchFromNanos = fromNanos;
    }

    /** Returns whether the peer may have got the verb: a branch that it does not list any more was then finished by it. */
    boolean isSent() {
        return sent;
    }

    void sent() {
        sent = true;
    }

    /** Returns what the last attempt met; null: none has failed. */
    @Nullable Exception obstacle() {
        return obstacle;
    }

    /** Records what an attempt met; returns whether that is the first. */
    boolean met(Exception failure) {
        boolean first = obstacle == null;
        obstacle = failure;
        return first;
    }

    /** Returns the end of this decision, which may be waited for. */
    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** Returns whether it has ended. */
    boolean isEnded() {
        return outcome.isDone();
    }

    @Override
    public String toString() {
        return "XA " + verb + " " + xid;
    }
}
