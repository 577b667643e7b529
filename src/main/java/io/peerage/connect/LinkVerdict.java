/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Verdict;
import io.peerage.peer.Verdict.Fate;
import io.peerage.peer.Verdict.Standing;

/**
 * What a failure means for the connection it was met on: the sorter knows the message only, here the connection itself is
 * looked at, without a statement. Thread-safe: stateless.
 */
final class LinkVerdict {

    private LinkVerdict() {}

    /**
     * Settles {@code sorted}: the fate is {@code KEPT}, {@code RETIRED} or {@code LOST} then. A retired connection is
     * marked as such; one on which the server said that it can perhaps not serve has been no proof that it can.
     *
     * @param byApplication whether what failed was the application's own, such as a stream of its
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
