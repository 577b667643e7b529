/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records what connects came to. Those of the configured user tell of the peer, and all see it. Those of a user whom a
 * request named may be that user's affair alone, whatever was met: nobody else sees anything of it, and where it might be
 * the peer's, the peer is asked with the configured user.
 *
 * <p>Thread-safe.
 */
final class LoginResults {

    private final PeerGroup group;
    private final ExceptionSorter sorter;
    private final LoginPauses pauses;

    LoginResults(PeerGroup group, ExceptionSorter sorter, LoginPauses pauses) {
        this.group = group;
        this.sorter = sorter;
        this.pauses = pauses;
    }

    /** @param lastResort why the peer should serve only as the last resort, or null */
    void succeeded(Peer peer, Credentials credentials, @Nullable SQLException lastResort) {
        pauses.accepted(peer, credentials);
        if (lastResort == null) {
            return;
        }
        if (credentials.equals(Credentials.CONFIGURED)) {
            group.lastResort(peer, lastResort);
        } else {
            group.askSoon(peer);
        }
    }

    void failed(Peer peer, Credentials credentials, SQLException failure) {
        pauses.failed(peer, credentials);
        Verdict verdict = sorter.sort(failure, Phase.CONNECT);
        if (credentials.equals(Credentials.CONFIGURED)) {
            group.connectFailed(peer, verdict, failure);
        } else if (verdict.peer() != Verdict.Standing.SOUND) {
            group.askSoon(peer);
        }
    }

    /** Returns the peers that {@code credentials} should not connect to for a while, unless there is nobody else. */
    List<Peer> spared(Credentials credentials) {
        return pauses.among(group.peers(), credentials);
    }
}
