/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/**
 * What an {@link java.sql.SQLException} means for the connection and the peer it came from. Immutable.
 *
 * @param fault a stable, short name of what happened, for logs and counters, such as {@code "link lost"}
 * @param connection what becomes of the physical connection
 * @param peer what it says of the peer
 * @param refused whether the server provably refused before running anything of the statement, so that the same
 *     statement may run on another peer if nothing of its unit of work came before it. A procedure may have run other
 *     statements before the one that was refused: whoever repeats a call must know what it does
 */
public record Verdict(String fault, Fate connection, Standing peer, boolean refused) {

    /** What becomes of the physical connection. */
    public enum Fate {
        /** Only the statement failed. */
        KEPT,
        /** Good to the end of its unit of work, then replaced: it would fail those who come after. */
        RETIRED,
        /**
         * The message says that it is gone, which any SQL can with {@code SIGNAL}: retired if its socket is seen to be
         * well, else lost.
         */
        DOUBTED,
        /** It must not be used again. */
        LOST
    }

    /** What a failure says of the peer. */
    public enum Standing {
        /** Nothing against it: the statement, the credentials or a limit of this one user was at fault. */
        SOUND,
        /** It works but takes nobody more now: too many connections. Others are tried first for a moment. */
        FULL,
        /**
         * Perhaps nothing, for what was said can be forged: it serves on, and a probe asks it soon, at most once a
         * second.
         */
        ASK,
        /** Perhaps: the connection broke, which a kill of one session also does. A probe finds out. */
        SUSPECT,
        /** It cannot serve: left out at once. */
        DOWN
    }

    /** @param lost whether the physical connection must not be used again; else it is kept */
    public Verdict(String fault, boolean lost, Standing peer, boolean refused) {
        this(fault, lost ? Fate.LOST : Fate.KEPT, peer, refused);
    }

    /** Returns whether the physical connection is lost by the message alone: {@code LOST} or {@code DOUBTED}. */
    public boolean connectionLost() {
        return connection == Fate.LOST || connection == Fate.DOUBTED;
    }
}
