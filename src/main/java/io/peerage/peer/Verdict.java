/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

/**
 * What an {@link java.sql.SQLException} means for the connection and the peer it came from.
 *
 * @param fault a stable, short name of what happened, for logs and counters, such as {@code "link lost"}
 * @param connectionLost whether the physical connection must not be used again
 * @param peer what it says of the peer
 * @param refused whether the server provably refused before running anything, so that the same statement may run on
 *     another peer if nothing of its unit of work came before it
 */
public record Verdict(String fault, boolean connectionLost, Standing peer, boolean refused) {

    /** What a failure says of the peer. */
    public enum Standing {
        /** Nothing against it: the statement, the credentials or a limit of this one user was at fault. */
        SOUND,
        /** It works but takes nobody more now: too many connections. Others are tried first for a moment. */
        FULL,
        /** Perhaps: the connection broke, which a kill of one session also does. A probe finds out. */
        SUSPECT,
        /** It cannot serve: left out at once. */
        DOWN
    }

    /** How far a verdict reaches. */
    public enum Scope {
        STATEMENT,
        CONNECTION,
        PEER
    }

    /** Returns how far this verdict reaches. */
    public Scope scope() {
        if (peer == Standing.DOWN) {
            return Scope.PEER;
        }
        return connectionLost ? Scope.CONNECTION : Scope.STATEMENT;
    }
}
