/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Peer;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** For how long one scan after the other waits for a peer that stays away. */
class RecoveryWaitTest {

    private static final long WAIT = TimeUnit.SECONDS.toNanos(120);

    private final FakeServers servers = new FakeServers(1);
    private final Peer peer = servers.peers.get(0);
    private final RecoveryWait wait = new RecoveryWait(servers.group(servers.time), WAIT);

    private long left() {
        return wait.until(peer, new SQLException("connection refused")) - servers.time.nanos();
    }

    /** Narayana scans every two minutes: all its other resources would wait each time. */
    @Test
    void aPeerThatStaysAwayHoldsUpOneScanOnly() {
        assertThat(left()).isEqualTo(WAIT);
        servers.time.pass(119, TimeUnit.SECONDS);
        assertThat(left()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        servers.time.pass(1, TimeUnit.SECONDS);
        assertThat(left()).isZero();
        servers.time.pass(120, TimeUnit.SECONDS);
        assertThat(left()).isNegative();
    }

    @Test
    void anAnswerMakesItWorthWaitingForAgain() {
        assertThat(left()).isEqualTo(WAIT);
        servers.time.pass(1, TimeUnit.HOURS);
        wait.answered(peer);
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(left()).isEqualTo(WAIT);
    }
}
