/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static io.peerage.connect.AllPeersDownException.brief;
import static io.peerage.connect.AllPeersDownException.seconds;

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
import java.util.stream.Stream;

/**
 * Writes each change of a peer's state to the log, as one line with a stable id that operators can look for.
 *
 * <p>Thread-safe. Says nothing of secrets: it is given none.
 */
public class GroupLog extends EventLog implements PeerEvents {

    /** What was said of that which lists peers since it could last be used, by its name. */
    private final Map<String, Set<String>> unusable = new ConcurrentHashMap<>();

    GroupLog(String group) {
        super(group);
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
     */
    void unpeekable(List<Target> targets) {
        Map<String, String> peersByReason = targets.stream()
                .filter(target -> !target.obstacle().isEmpty())
                .collect(Collectors.groupingBy(
                        Target::obstacle,
                        LinkedHashMap::new,
                        Collectors.mapping(Target::name, Collectors.joining(", "))));
        if (!peersByReason.isEmpty()) {
            Stream<String> reasons =
                    peersByReason.entrySet().stream().map(each -> each.getValue() + " (" + each.getKey() + ")");
            String text = "idle sockets cannot be looked at, so each unit of work begins with a ping instead: %s";
            log(Level.INFO, "PEERAGE-003", text.formatted(reasons.collect(Collectors.joining("; "))));
        }
    }

    /** PEERAGE-034: the driver does not take a setting of some peers, so that they serve nobody. */
    void refusedByDriver(List<Target> targets) {
        for (Target target : targets) {
            BadSettingException refusal = target.refusal();
            if (refusal != null) {
                log(
                        Level.ERROR,
                        "PEERAGE-034",
                        "peer %s cannot be connected to: %s".formatted(target.name(), refusal.getMessage()));
            }
        }
    }

    /** PEERAGE-026: a peer of a pool with TwoPhaseCommit cannot do XA, or not safely. Once for each peer. */
    void cannotDoXa(Peer peer, String why) {
        String text =
                "peer %s cannot take part in two-phase transactions: %s; set TwoPhaseCommit to false for this pool";
        log(Level.WARNING, "PEERAGE-026", text.formatted(peer, why));
    }

    /** PEERAGE-026: the user may not list the branches of a peer, as recovery must. Once for each peer. */
    void cannotList(Peer peer, String grant) {
        String text =
                "peer %s lets this user list no prepared branches (error 1401), so recovery after a restart finishes none there:"
                        + " %s, or set TwoPhaseCommit to false for this pool";
        log(Level.WARNING, "PEERAGE-026", text.formatted(peer, grant));
    }

    /** PEERAGE-033: one address leads to several servers. Once for each peer. */
    void sharesAddress(Peer peer, Set<ServerId> servers) {
        String text =
                "the address of peer %s leads to several servers, %s: a branch is completed only on the one that prepared it, once"
                        + " that is reached; better list each of them as a peer of its own";
        log(Level.WARNING, "PEERAGE-033", text.formatted(peer, servers));
    }

    /** PEERAGE-004: a class that the deployer named is broken. Once for each. */
    @Override
    public void broken(String part, String instead, Throwable failure) {
        String text = "%s is broken (%s); %s, now and whenever it fails again";
        errorOnce(part, "PEERAGE-004", () -> text.formatted(part, failure, instead), failure);
    }

    /** PEERAGE-006: a listener of the container threw. Once for each kind. */
    public void listenerFailed(String listener, Throwable failure) {
        String text = "the container's listener %s failed (%s) and may have lost count of its connections";
        errorOnce(listener + " " + failure.getClass(), "PEERAGE-006", () -> text.formatted(listener, failure), failure);
    }

    /** PEERAGE-030: other peers, or others of their settings, take effect. */
    void changed(List<String> news) {
        log(Level.INFO, "PEERAGE-030", "the peers change: %s".formatted(String.join("; ", news)));
    }

    /** PEERAGE-031: {@code what}, which lists peers, cannot be used. Once for each reason until it can be used again. */
    void unusable(String what, String why) {
        if (unusable.computeIfAbsent(what, any -> ConcurrentHashMap.newKeySet()).add(why)) {
            log(Level.WARNING, "PEERAGE-031", "the peers stay as they are: %s".formatted(why));
        }
    }

    /** PEERAGE-032: it can be used; told if it could not. */
    void usable(String what) {
        if (unusable.remove(what) != null) {
            log(Level.INFO, "PEERAGE-032", "%s can be used again".formatted(what));
        }
    }

    @Override
    public void down(Peer peer, Throwable cause, long nextCheckNanos) {
        log(
                Level.WARNING,
                "PEERAGE-010",
                "peer %s is down: %s; next check in %s".formatted(peer, brief(cause), seconds(nextCheckNanos)));
    }

    @Override
    public void up(Peer peer, long afterNanos) {
        log(Level.INFO, "PEERAGE-011", "peer %s is up again after %s".formatted(peer, seconds(afterNanos)));
    }

    @Override
    public void allDown(List<Peer> peers) {
        Stream<String> states =
                peers.stream().map(peer -> peer + " " + peer.health().word());
        log(Level.ERROR, "PEERAGE-012", "all peers are down: %s".formatted(states.collect(Collectors.joining(", "))));
    }

    @Override
    public void suspected(Peer peer, Throwable cause) {
        boolean login = peer.health() instanceof Health.Suspected met && met.silent();
        String what = Silence.in(cause)
                ? "peer %s did not answer in time (%s); the peer is asked"
                : login
                        ? "a login to peer %s failed (%s); the peer is asked"
                        : "a connection of peer %s broke (%s); the peer is asked";
        log(Level.INFO, "PEERAGE-013", what.formatted(peer, brief(cause)));
    }

    @Override
    public void cleared(Peer peer) {
        log(Level.INFO, "PEERAGE-014", "peer %s is well; only that connection was lost".formatted(peer));
    }

    @Override
    public void refusing(Peer peer, Throwable cause) {
        log(
                Level.WARNING,
                "PEERAGE-015",
                "peer %s lives but let no new connection in: %s".formatted(peer, brief(cause)));
    }

    @Override
    public void admitting(Peer peer) {
        log(Level.INFO, "PEERAGE-016", "peer %s lets new connections in again".formatted(peer));
    }

    @Override
    public void lastResort(Peer peer, Throwable cause) {
        log(
                Level.WARNING,
                "PEERAGE-019",
                "peer %s serves only while no other peer can: %s".formatted(peer, brief(cause)));
    }

    @Override
    public void inFullOrder(Peer peer) {
        log(Level.INFO, "PEERAGE-029", "peer %s serves like the others again".formatted(peer));
    }

    @Override
    public void changedReason(Peer peer, Health now) {
        String reason = now.cause() == null ? "none" : brief(now.cause());
        log(
                Level.WARNING,
                "PEERAGE-027",
                "peer %s is still %s, for another reason: %s".formatted(peer, now.word(), reason));
    }

    @Override
    public void drained(Peer peer) {
        log(Level.INFO, "PEERAGE-017", "peer %s is drained by the operator".formatted(peer));
    }

    @Override
    public void resumed(Peer peer) {
        log(Level.INFO, "PEERAGE-018", "peer %s is resumed by the operator; it is asked first".formatted(peer));
    }
}
