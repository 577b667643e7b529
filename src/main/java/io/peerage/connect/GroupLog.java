/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Peer;
import io.peerage.peer.PeerEvents;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes each change of a peer's state to the log, as one line with a stable id that operators can look for.
 *
 * <p>Thread-safe. Says nothing of secrets: it is given none.
 */
final class GroupLog implements PeerEvents {

    private final Logger logger;
    private final String group;

    GroupLog(Logger logger, String group) {
        this.logger = logger;
        this.group = group;
    }

    /** PEERAGE-001: a pool begins, with the settings in effect. */
    void started(String settings) {
        log(Level.INFO, "PEERAGE-001", "starts with " + settings);
    }

    /** PEERAGE-002: no connection of a pool is left. */
    void stopped() {
        log(Level.DEBUG, "PEERAGE-002", "rests: no connection is left");
    }

    /**
     * PEERAGE-003: connections are made without a look at their sockets. Once for a pool, however many peers it has.
     *
     * @param peersByReason the names of the peers that each reason holds for
     */
    void unpeekable(Map<String, List<String>> peersByReason) {
        log(
                Level.INFO,
                "PEERAGE-003",
                "idle sockets cannot be looked at, so each unit of work begins with a ping instead: "
                        + peersByReason.entrySet().stream()
                                .map(entry -> String.join(", ", entry.getValue()) + " (" + entry.getKey() + ")")
                                .collect(Collectors.joining("; ")));
    }

    /** PEERAGE-026: a peer of a pool with TwoPhaseCommit cannot do XA, or not safely. Once for each peer. */
    void cannotDoXa(Peer peer, String why) {
        log(
                Level.WARNING,
                "PEERAGE-026",
                "peer " + peer + " cannot take part in two-phase transactions: " + why
                        + "; set TwoPhaseCommit to false for this pool");
    }

    @Override
    public void down(Peer peer, Throwable cause, long nextCheckNanos) {
        log(
                Level.WARNING,
                "PEERAGE-010",
                "peer " + peer + " is down: " + AllPeersDownException.brief(cause) + "; next check in "
                        + AllPeersDownException.seconds(nextCheckNanos));
    }

    @Override
    public void up(Peer peer, long afterNanos) {
        log(
                Level.INFO,
                "PEERAGE-011",
                "peer " + peer + " is up again after " + AllPeersDownException.seconds(afterNanos));
    }

    @Override
    public void allDown(List<Peer> peers) {
        log(
                Level.ERROR,
                "PEERAGE-012",
                "all peers are down: "
                        + peers.stream()
                                .map(peer -> peer + " " + peer.health().word())
                                .collect(Collectors.joining(", ")));
    }

    @Override
    public void suspected(Peer peer, Throwable cause) {
        log(
                Level.INFO,
                "PEERAGE-013",
                "a connection of peer " + peer + " broke (" + AllPeersDownException.brief(cause)
                        + "); the peer is asked, others are dealt first");
    }

    @Override
    public void cleared(Peer peer) {
        log(Level.INFO, "PEERAGE-014", "peer " + peer + " is well; only that connection was lost");
    }

    @Override
    public void refusing(Peer peer, Throwable cause) {
        log(
                Level.WARNING,
                "PEERAGE-015",
                "peer " + peer + " lives but let no new connection in: " + AllPeersDownException.brief(cause));
    }

    @Override
    public void admitting(Peer peer) {
        log(Level.INFO, "PEERAGE-016", "peer " + peer + " lets new connections in again");
    }

    @Override
    public void drained(Peer peer) {
        log(Level.INFO, "PEERAGE-017", "peer " + peer + " is drained by the operator");
    }

    @Override
    public void resumed(Peer peer) {
        log(Level.INFO, "PEERAGE-018", "peer " + peer + " is resumed by the operator; it is asked first");
    }

    private void log(Level level, String id, String text) {
        logger.log(level, () -> id + " " + group + ": " + text);
    }
}
