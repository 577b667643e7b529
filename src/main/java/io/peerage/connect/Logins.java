/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.UnacceptableSettingException;
import io.peerage.errors.ErrorTable;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Phase;
import io.peerage.peer.Unforeseen;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.util.List;

/**
 * Opens connections for users, and records what that came to. What the configured user met tells of the peer, and all
 * see it. What a user met whom a request named may be that user's affair alone: nobody else sees anything of it, and
 * where it might be the peer's, the peer is asked with the configured user.
 *
 * <p>Thread-safe.
 */
record Logins(PeerGroup group, Opener opener, ExceptionSorter sorter, LoginPauses pauses) {

    /** Opens a connection to one peer, which counts it from its beginning on; see {@link Connector#open}. */
    @FunctionalInterface
    interface Opener {
        PhysicalConnection open(Peer peer, Credentials credentials) throws SQLException;

        /** Returns whether two peers are connected to with the same driver properties and database. */
        default boolean connectsAlike(Peer one, Peer other) {
            return false;
        }
    }

    /**
     * Opens a connection to {@code peer}. A defect of the driver is a failed connect like any other, so that the next
     * peer is tried. What befalls the JVM itself, like the end of its memory, is not, and says nothing of the peer.
     *
     * @throws SQLException if the peer let nobody in, which is recorded by then
     */
    PhysicalConnection open(Peer peer, Credentials credentials) throws SQLException {
        PhysicalConnection opened;
        try {
            opened = opener.open(peer, credentials);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (SQLException | RuntimeException | Error e) {
            SQLException failure = Unforeseen.of(e);
            failed(peer, credentials, failure);
            throw failure;
        }
        pauses.accepted(peer, credentials);
        SQLException lastResort = opened.login().lastResort();
        if (lastResort != null) {
            if (credentials.equals(Credentials.CONFIGURED)) {
                group.lastResort(peer, lastResort);
            } else {
                group.askSoon(peer);
            }
        }
        return opened;
    }

    private void failed(Peer peer, Credentials credentials, SQLException failure) {
        pauses.failed(peer, credentials);
        Verdict verdict = sorter.sort(failure, Phase.CONNECT);
        if (credentials.equals(Credentials.CONFIGURED)) {
            group.connectFailed(peer, verdict, failure);
        } else if (verdict.peer() != Verdict.Standing.SOUND) {
            group.askSoon(peer);
        }
    }

    /** Returns what {@code answer}, met by a login, says of the peer. */
    Verdict.Standing standing(SQLException answer) {
        return sorter.sort(answer, Phase.CONNECT).peer();
    }

    /** Returns the peers that {@code credentials} should not connect to for a while, unless there is nobody else. */
    List<Peer> spared(Credentials credentials) {
        return pauses.among(group.peers(), credentials);
    }

    /**
     * Returns whether {@code peer} will refuse as {@code other} did: a password that is wrong for one is so for its
     * equals, and what one does not take of the driver properties is not taken by those that have the same. Not where
     * it has served with them, as the configured user or with the same properties; and all else that is refused is one
     * peer's own affair.
     */
    boolean refusesAsWell(Peer peer, Peer other, SQLException answer, Credentials credentials) {
        if (answer instanceof UnacceptableSettingException) {
            return peer.units() == 0 && opener.connectsAlike(peer, other);
        }
        boolean hasServed = credentials.equals(Credentials.CONFIGURED) && peer.units() > 0;
        return !hasServed && ErrorTable.isOfLogin(sorter.sort(answer, Phase.CONNECT));
    }
}
