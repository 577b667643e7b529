/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private static final ServerId FIRST = new ServerId("first", false);
    private static final ServerId SECOND = new ServerId("second", false);

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

    private Scan.Holding ask(boolean strict, ServerId... behind) throws Exception {
        servers.behind.addAll(List.of(behind));
        known.addAll(Set.of(FIRST, SECOND));
        servers.held.put(FIRST, Set.of(FakeServers.xid("on the first")));
        servers.held.put(SECOND, Set.of(FakeServers.xid("on the second")));
        return scans.ask(peer, Credentials.CONFIGURED, strict);
    }

    @Test
    void eachServerThatIsKnownBehindTheAddressIsAsked() throws Exception {
        Scan.Holding holding = ask(true, FIRST, FIRST, SECOND);
        assertThat(holding.shares()).hasSize(2);
        assertThat(holding.contains(FakeServers.xid("on the first"))).isTrue();
        assertThat(holding.contains(FakeServers.xid("on the second"))).isTrue();
        assertThat(holding.covers(FIRST) && holding.covers(SECOND)).isTrue();
        assertThat(servers.open).isZero();
    }

    @Test
    void oneThatTheAddressDoesNotLeadToIsMissing() throws Exception {
        assertThatThrownBy(() -> ask(true, FIRST))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("could not reach the server second behind peer p0: its address leads to first");
        assertThat(servers.told.stream().filter(words -> words.equals("p0: connect")))
                .hasSize(PeerScans.MOST_CONNECTIONS);
        assertThat(servers.open).isZero();
        Scan.Holding holding = ask(false, FIRST);
        assertThat(holding.covers(FIRST)).isTrue();
        assertThat(holding.covers(SECOND)).isFalse();
    }

    /** Most addresses. */
    @Test
    void whereOneServerIsKnownOneConnectionIsEnough() throws Exception {
        servers.behind.add(FIRST);
        known.add(FIRST);
        assertThat(scans.ask(peer, Credentials.CONFIGURED, true).shares()).hasSize(1);
        assertThat(servers.told).containsExactly("p0: connect", "p0: list");
    }

    /** A balancer, after a restart of the JVM. */
    @Test
    void whereNoneIsKnownASecondConnectionLooksForAnother() throws Exception {
        servers.behind.addAll(List.of(FIRST, SECOND));
        assertThat(scans.ask(peer, Credentials.CONFIGURED, true).shares()).hasSize(2);
        servers.told.clear();
        servers.behind.remove(SECOND);
        assertThat(scans.ask(peer, Credentials.CONFIGURED, true).shares()).hasSize(1);
        assertThat(servers.told).containsExactly("p0: connect", "p0: list", "p0: avoid", "p0: connect");
    }
}
