/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.net.LinkSocket;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import io.peerage.peer.Verdict.Fate;
import io.peerage.peer.Verdict.Standing;
import java.sql.SQLException;

/**
 * What a failure means that was met on a connection in use, and to its peer: the sorter knows the message only, here
 * the connection itself is looked at, without a statement. Thread-safe.
 */
public record LinkFailures(PeerGroup group, ExceptionSorter sorter) {

    /** Returns whether {@code failure} means that the connection is lost on which it was met. */
    boolean lose(SQLException failure) {
        return sorter.sort(failure, Phase.USE).connectionLost();
    }

    /**
     * Sorts a failure met while {@code link} was in use, and records it against the link's peer.
     *
     * @param byApplication whether what failed was the application's own, such as a stream of its
     */
    public Verdict met(PhysicalConnection link, SQLException failure, boolean byApplication) {
        Verdict verdict = of(link, sorter.sort(failure, Phase.USE), byApplication);
        group.failed(link.peer(), link.generation(), verdict, failure);
        return verdict;
    }

    /**
     * Completes {@code sorted}: the fate is {@code KEPT}, {@code RETIRED} or {@code LOST} then. A retired connection is
     * marked as such; one on which the server said that it can perhaps not serve has been no proof that it can.
     */
    static Verdict of(PhysicalConnection link, Verdict sorted, boolean byApplication) {
        if (sorted.peer() != Standing.SOUND && sorted.peer() != Standing.FULL) {
            link.doubt();
        }
        Verdict verdict = sorted.connection() == Fate.DOUBTED ? looked(link, sorted) : sorted;
        // What follows on a connection that was as good as gone, or was closed for a fault of the application's, is no
        // news of the peer.
        boolean noNews = byApplication || link.isRetired();
        if (verdict.connection() == Fate.RETIRED) {
            link.retire();
        }
        return noNews && (verdict.peer() == Standing.SUSPECT || verdict.peer() == Standing.ASK)
                ? new Verdict(verdict.fault(), verdict.connection(), Standing.SOUND, verdict.refused())
                : verdict;
    }

    private static Verdict looked(PhysicalConnection link, Verdict sorted) {
        if (link.look() != LinkSocket.Peek.QUIET) {
            return new Verdict(sorted.fault(), Fate.LOST, sorted.peer(), sorted.refused());
        }
        // A server that had refused to talk would have ended the connection: nothing is proven.
        return new Verdict(sorted.fault(), Fate.RETIRED, Standing.SOUND, false);
    }
}
