/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.BadSettingException;
import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerEvents;
import io.peerage.peer.Silence;
import io.peerage.server.ServerId;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Writes each change of a peer's state to the log, as one line with a stable id that operators can look for.
 *
 * <p>Thread-safe. Says nothing of secrets: it is given none.
 */
class GroupLog implements PeerEvents {

    private final EventLog log;
    /** What was said already of those that are to be mentioned once. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    GroupLog(String group) {
        this.log = new EventLog(group);
    }

    /** PEERAGE-001: a pool begins, with the settings in effect. */
    void started(String settings) {
        log.log(Level.INFO, "PEERAGE-001", "starts with " + settings);
    }

    /** PEERAGE-002: no connection of a pool is left. */
    void stopped() {
        log.log(Level.DEBUG, "PEERAGE-002", "rests: no connection is left");
    }

    /**
     * PEERAGE-003: connections are made without a look at their sockets. Once for a pool, however many peers it has.
     */
    void unpeekable(List<Target> targets) {
        Map<String, List<String>> peersByReason = targets.stream()
                .filter(target -> !target.obstacle().isEmpty())
                .collect(Collectors.groupingBy(
                        Target::obstacle,
                        LinkedHashMap::new,
                        Collectors.mapping(target -> target.spec().name(), Collectors.toList())));
        if (peersByReason.isEmpty()) {
            return;
        }
        log.log(
                Level.INFO,
                "PEERAGE-003",
                "idle sockets cannot be looked at, so each unit of work begins with a ping instead: "
                        + peersByReason.entrySet().stream()
                                .map(entry -> String.join(", ", entry.getValue()) + " (" + entry.getKey() + ")")
                                .collect(Collectors.joining("; ")));
    }

    /** PEERAGE-034: the driver does not take a setting of some peers, so that they serve nobody. */
    void refusedByDriver(List<Target> targets) {
        for (Target target : targets) {
            BadSettingException refusal = target.refusal();
            if (refusal != null) {
                log.log(
                        Level.ERROR,
                        "PEERAGE-034",
                        "peer " + target.spec().name() + " cannot be connected to: " + refusal.getMessage());
            }
        }
    }

    /** PEERAGE-026: a peer of a pool with TwoPhaseCommit cannot do XA, or not safely. Once for each peer. */
    void cannotDoXa(Peer peer, String why) {
        log.log(
                Level.WARNING,
                "PEERAGE-026",
                "peer " + peer + " cannot take part in two-phase transactions: " + why
                        + "; set TwoPhaseCommit to false for this pool");
    }

    /** PEERAGE-026: the user may not list the branches of a peer, as recovery must. Once for each peer. */
    void cannotList(Peer peer, String grant) {
        log.log(
                Level.WARNING,
                "PEERAGE-026",
                "peer " + peer + " lets this user list no prepared branches (error 1401), so recovery after a restart"
                        + " finishes none there: " + grant + ", or set TwoPhaseCommit to false for this pool");
    }

    /** PEERAGE-033: one address leads to several servers. Once for each peer. */
    void sharesAddress(Peer peer, Set<ServerId> servers) {
        log.log(
                Level.WARNING,
                "PEERAGE-033",
                "the address of peer " + peer + " leads to several servers, " + servers
                        + ": a branch is completed only on the one that prepared it, once that is reached; better list each"
                        + " of them as a peer of its own");
    }

    /** PEERAGE-004: a class that the deployer named is broken. Once for each. */
    @Override
    public void broken(String part, String instead, Throwable failure) {
        if (said.add(part)) {
            log.log(
                    Level.ERROR,
                    "PEERAGE-004",
                    part + " is broken (" + failure + "); " + instead + ", now and whenever it fails again",
                    failure);
        }
    }

    /** PEERAGE-006: a listener of the container threw. Once for each kind. */
    void listenerFailed(String listener, Throwable failure) {
        if (said.add(listener + " " + failure.getClass())) {
            log.log(
                    Level.ERROR,
                    "PEERAGE-006",
                    "the container's listener " + listener + " failed (" + failure + ") and may have lost count of its"
                            + " connections",
                    failure);
        }
    }

    /** PEERAGE-030: other peers, or others of their settings, take effect. */
    void changed(List<String> news) {
        log.log(Level.INFO, "PEERAGE-030", "the peers change: " + String.join("; ", news));
    }

    /** PEERAGE-031: what lists the peers cannot be used. Once for each reason until it can be used again. */
    void unusable(String why) {
        log.log(Level.WARNING, "PEERAGE-031", "the peers stay as they are: " + why);
    }

    /** PEERAGE-032: it can be used again. */
    void usable(String what) {
        log.log(Level.INFO, "PEERAGE-032", what + " can be used again");
    }

    @Override
    public void down(Peer peer, Throwable cause, long nextCheckNanos) {
        log.log(
                Level.WARNING,
                "PEERAGE-010",
                "peer " + peer + " is down: " + AllPeersDownException.brief(cause) + "; next check in "
                        + AllPeersDownException.seconds(nextCheckNanos));
    }

    @Override
    public void up(Peer peer, long afterNanos) {
        log.log(
                Level.INFO,
                "PEERAGE-011",
                "peer " + peer + " is up again after " + AllPeersDownException.seconds(afterNanos));
    }

    @Override
    public void allDown(List<Peer> peers) {
        log.log(
                Level.ERROR,
                "PEERAGE-012",
                "all peers are down: "
                        + peers.stream()
                                .map(peer -> peer + " " + peer.health().word())
                                .collect(Collectors.joining(", ")));
    }

    @Override
    public void suspected(Peer peer, Throwable cause) {
        boolean login = peer.health() instanceof Health.Suspected met && met.silent();
        String what = Silence.in(cause)
                ? "peer " + peer + " did not answer in time ("
                : login ? "a login to peer " + peer + " failed (" : "a connection of peer " + peer + " broke (";
        log.log(Level.INFO, "PEERAGE-013", what + AllPeersDownException.brief(cause) + "); the peer is asked");
    }

    @Override
    public void cleared(Peer peer) {
        log.log(Level.INFO, "PEERAGE-014", "peer " + peer + " is well; only that connection was lost");
    }

    @Override
    public void refusing(Peer peer, Throwable cause) {
        log.log(
                Level.WARNING,
                "PEERAGE-015",
                "peer " + peer + " lives but let no new connection in: " + AllPeersDownException.brief(cause));
    }

    @Override
    public void admitting(Peer peer) {
        log.log(Level.INFO, "PEERAGE-016", "peer " + peer + " lets new connections in again");
    }

    @Override
    public void lastResort(Peer peer, Throwable cause) {
        log.log(
                Level.WARNING,
                "PEERAGE-019",
                "peer " + peer + " serves only while no other peer can: " + AllPeersDownException.brief(cause));
    }

    @Override
    public void inFullOrder(Peer peer) {
        log.log(Level.INFO, "PEERAGE-029", "peer " + peer + " serves like the others again");
    }

    @Override
    public void changedReason(Peer peer, Health now) {
        log.log(
                Level.WARNING,
                "PEERAGE-027",
                "peer " + peer + " is still " + now.word() + ", for another reason: "
                        + (now.cause() == null ? "none" : AllPeersDownException.brief(now.cause())));
    }

    @Override
    public void drained(Peer peer) {
        log.log(Level.INFO, "PEERAGE-017", "peer " + peer + " is drained by the operator");
    }

    @Override
    public void resumed(Peer peer) {
        log.log(Level.INFO, "PEERAGE-018", "peer " + peer + " is resumed by the operator; it is asked first");
    }
}
