/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import io.peerage.connect.EventLog;
import io.peerage.peer.Peer;
import java.lang.System.Logger.Level;
import java.util.Collection;

/** Writes what becomes of branches to the log, one line each with a stable id. Thread-safe. */
final class RecoveryLog {

    private final EventLog log;

    RecoveryLog(String group) {
        this.log = new EventLog(group);
    }

    /** PEERAGE-020: a decision could not be delivered yet. */
    void inDoubt(Decision decision, Exception obstacle) {
        log.log(
                Level.WARNING,
                "PEERAGE-020",
                decision + " could not be delivered to peer " + decision.peer() + " yet (" + obstacle.getMessage()
                        + "); it is kept and delivered when the peer answers");
    }

    /** PEERAGE-021: it has been delivered now. */
    void finished(Decision decision, Decision.Outcome outcome) {
        log.log(
                Level.INFO,
                "PEERAGE-021",
                decision
                        + (outcome == Decision.Outcome.DONE
                                ? " is done on peer "
                                : " was not needed any more: the branch is gone from peer ")
                        + decision.peer());
    }

    /** PEERAGE-022: recovery waits for a peer. */
    void waits(Peer peer, Exception failure, long seconds) {
        log.log(
                Level.WARNING,
                "PEERAGE-022",
                "recovery cannot ask peer " + peer + " for its branches (" + failure.getMessage()
                        + "); it asks again for " + seconds + " s, or until the peer is declared lost");
    }

    /** PEERAGE-023: recovery has waited in vain. */
    void gaveUp(Collection<Peer> missing, boolean strict) {
        log.log(
                Level.ERROR,
                "PEERAGE-023",
                "recovery could not ask " + missing + " for their branches, and "
                        + (strict
                                ? "fails, so that nothing is forgotten"
                                : "goes on without them, as RecoveryPolicy says"));
    }

    /** PEERAGE-024: the operator declared a peer lost. */
    void declaredLost(Peer peer) {
        log.log(
                Level.WARNING,
                "PEERAGE-024",
                "peer " + peer + " is declared lost by the operator; its branches are given up");
    }

    /** PEERAGE-028: a rollback was given up, as far as it may still be needed. */
    void mayBePreparedLate(Decision decision) {
        log.log(
                Level.WARNING,
                "PEERAGE-028",
                decision + ": peer " + decision.peer() + " has no such branch; the session that was told to prepare it"
                        + " cannot be told from others, so it was not ended, and might prepare it late: if the server"
                        + " lists it in an hour, roll it back by hand");
    }

    /** PEERAGE-028: the same, for the server that may still need it was not found. */
    void mayBePreparedElsewhere(Decision decision, Exception obstacle) {
        log.log(
                Level.WARNING,
                "PEERAGE-028",
                decision + " is given up on peer " + decision.peer() + " (" + obstacle.getMessage()
                        + "); it was never voted for, so nobody commits it: if that server comes back and lists it, roll"
                        + " it back by hand");
    }

    /** PEERAGE-025: a branch has no clear origin. */
    void ambiguous(BranchXid xid, Origin origin) {
        log.log(Level.ERROR, "PEERAGE-025", xid + ": " + origin.problem());
    }
}
