/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.sql.SQLException;
import java.util.List;

/**
 * Told of every change of a peer's state, once each, by the thread that made it and with no lock held. For logs,
 * counters and tests. Must not block; what it throws is lost.
 */
public interface PeerEvents {

    /** Events that nobody listens to. */
    PeerEvents NONE = new PeerEvents() {};

    /** {@code peer} is left out from now on; {@code nextCheckNanos} from now it is asked again. */
    default void down(Peer peer, Throwable cause, long nextCheckNanos) {}

    /** {@code peer} serves again, {@code afterNanos} after it went down. */
    default void up(Peer peer, long afterNanos) {}

    /** A connection of {@code peer} broke; a probe finds out whether the peer did. */
    default void suspected(Peer peer, Throwable cause) {}

    /** The suspicion against {@code peer} was unfounded. */
    default void cleared(Peer peer) {}

    /** {@code peer} lives but lets no new connection of ours in. */
    default void refusing(Peer peer, Throwable cause) {}

    /** {@code peer} lets new connections in again. */
    default void admitting(Peer peer) {}

    /** {@code peer} is dealt only while nobody else can be, from now on. */
    default void lastResort(Peer peer, Throwable cause) {}

    /** {@code peer}, which served only as the last resort, is in full order again. */
    default void inFullOrder(Peer peer) {}

    /**
     * {@code peer} is what it was (down, refusing or the last resort), for another reason: not for the same one in
     * other words or with other numbers.
     *
     * @param now what is known of it, with the reason of now
     */
    default void changedReason(Peer peer, Health now) {}

    /** The operator took {@code peer} out. */
    default void drained(Peer peer) {}

    /** The operator asked for {@code peer} to come back; a probe decides. */
    default void resumed(Peer peer) {}

    /** {@code peer} is of the group no more; what runs on it finishes. */
    default void removed(Peer peer) {}

    /** No peer can serve. */
    default void allDown(List<Peer> peers) {}

    /**
     * A class that the deployer named failed; called each time.
     *
     * @param part what it does and its name
     * @param instead what is done in its place
     */
    default void broken(String part, String instead, Throwable failure) {}

    /** A failure was sorted as {@code verdict}; one call for each failure that reached a funnel. */
    default void failure(Peer peer, Verdict verdict, SQLException failure) {}
}
