/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.Credentials;
import io.peerage.connect.ServerId;
import io.peerage.peer.Peer;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** For how long one scan after the other waits for a peer that stays away. */
class PeerScansTest {

    private static final long WAIT = TimeUnit.SECONDS.toNanos(120);

    private final FakeServers servers = new FakeServers(2);
    private final Peer peer = servers.peers.get(0);
    private final Set<ServerId> known = new HashSet<>();
    private final PeerScans scans = new PeerScans(
            () -> servers.peers,
            servers,
            peer -> known,
            Set.of(),
            servers.time,
            servers.time,
            new RecoveryLog("scans-under-test"),
            WAIT,
            TimeUnit.SECONDS.toNanos(10));

    private long left(Scan.Patience patience) {
        return patience.until(peer, new SQLException("connection refused")) - servers.time.nanos();
    }

    /** Narayana scans every two minutes: all its other resources would wait each time. */
    @Test
    void aPeerThatStaysAwayHoldsUpOneScanOnly() {
        Scan.Patience first = scans.patience();
        assertThat(left(first)).isEqualTo(WAIT);
        servers.time.pass(119, TimeUnit.SECONDS);
        assertThat(left(first)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        servers.time.pass(1, TimeUnit.SECONDS);
        assertThat(left(first)).isZero();
        servers.time.pass(120, TimeUnit.SECONDS);
        assertThat(left(scans.patience())).isNegative();
    }

    @Test
    void anAnswerMakesItWorthWaitingForAgain() {
        assertThat(left(scans.patience())).isEqualTo(WAIT);
        servers.time.pass(1, TimeUnit.HOURS);
        Scan.Patience next = scans.patience();
        next.answered(peer);
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(left(scans.patience())).isEqualTo(WAIT);
    }
}
