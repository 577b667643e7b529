/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** For how long one scan after the other waits for a peer that stays away. */
class PeerScansTest {

    private static final long WAIT = TimeUnit.SECONDS.toNanos(120);

    private static final ServerId FIRST = new ServerId("first", false);
    private static final ServerId SECOND = new ServerId("second", false);

    private final FakeServers servers = new FakeServers(2);
    private final Peer peer = servers.peers.get(0);
    private final Set<ServerId> known = new LinkedHashSet<>();
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
                .hasSize(4);
        assertThat(servers.open).isZero();
        Scan.Holding holding = ask(false, FIRST);
        assertThat(holding.covers(FIRST)).isTrue();
        assertThat(holding.covers(SECOND)).isFalse();
    }

    private Scan.Holding ask() throws Exception {
        return scans.ask(peer, Credentials.CONFIGURED, true);
    }

    /** Most addresses; what other connections have met before counts for nothing. */
    @Test
    void theFirstScanLooksTwiceAndTheOthersOnce() throws Exception {
        servers.behind.add(FIRST);
        known.add(FIRST);
        assertThat(ask().shares()).hasSize(1);
        assertThat(servers.told).containsExactly("p0: connect", "p0: list", "p0: avoid", "p0: connect");
        servers.told.clear();
        assertThat(ask().shares()).hasSize(1);
        assertThat(servers.told).containsExactly("p0: connect", "p0: list");
        scans.forget(peer);
        servers.told.clear();
        assertThat(ask().shares()).hasSize(1);
        assertThat(servers.told).hasSize(4);
    }

    /** A balancer, after a restart of the JVM. */
    @Test
    void aScanGoesOnAsLongAsItFindsNewServers() throws Exception {
        List<ServerId> seven = IntStream.range(0, 7)
                .mapToObj(i -> new ServerId("server " + i, false))
                .toList();
        known.add(seven.get(0));
        servers.behind.addAll(seven);
        assertThat(ask().shares()).hasSize(7);
        assertThat(servers.peak).as("connections kept open").isEqualTo(8);
        assertThat(servers.open).isZero();
    }

    @Test
    void aServerThatCallsItselfOtherwiseEachTimeCostsSoManyConnectionsOnly() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            servers.behind.add(new ServerId("server " + i, false));
        }
        assertThat(ask().shares()).hasSize(16);
    }

    @Test
    void asManyConnectionsLookAsThereAreServers() throws Exception {
        for (int i = 0; i < 6; i++) {
            known.add(new ServerId("server " + i, false));
        }
        servers.behind.addAll(known);
        assertThat(ask().shares()).hasSize(6);
    }

    /** PostgreSQL after a switchover: the peer that was the primary answers, and has nothing. */
    @Test
    void aStandbyAnswersForThePrimaryThatWasThere() throws Exception {
        known.add(FIRST);
        servers.behind.add(FIRST.asStandby());
        Scan.Holding holding = ask();
        assertThat(holding.covers(FIRST)).isFalse();
        assertThat(holding.repeats(FIRST)).isTrue();
        assertThat(holding.repeats(SECOND)).isFalse();
    }

    /** A balancer before both. */
    @Test
    void thePrimaryIsLookedForAllTheSame() throws Exception {
        known.add(FIRST);
        servers.behind.addAll(List.of(FIRST.asStandby(), FIRST.asStandby(), FIRST));
        servers.held.put(FIRST, Set.of(FakeServers.xid("x")));
        assertThat(ask().covers(FIRST)).isTrue();
    }

    /** What a stranger lists is not all there is. */
    @Test
    void aServerThatDoesNotSayWhichItIsIsNotTheOneThatIsWanted() throws Exception {
        known.add(FIRST);
        servers.behind.add(FakeServers.NAMELESS);
        assertThatThrownBy(this::ask).hasMessageContaining("leads to one that cannot be told from others");
        assertThat(scans.ask(peer, Credentials.CONFIGURED, false).shares()).hasSize(1);
        servers.behind.add(FIRST);
        servers.held.put(FIRST, Set.of(FakeServers.xid("x")));
        servers.preparedOn(0).add(FakeServers.xid("x"));
        assertThat(Origin.of(FakeServers.xid("x"), Map.of(peer, ask())).holder())
                .isEqualTo(new Holder(peer, FIRST));
    }

    /** It is not told from its servers before its numbers differ, and then nothing behind it can be met. */
    @Test
    void throughAProxyThatLendsSessionsNoServerIsMissed() throws Exception {
        known.add(FIRST);
        servers.behind.add(FakeServers.NAMELESS);
        servers.lent = true;
        assertThat(ask().shares()).hasSize(1);
        assertThat(ask().covers(FIRST)).isFalse();
    }

    /** A server without any identity. */
    @Test
    void whereNoServerSaysWhichItIsOneConnectionIsEnough() throws Exception {
        assertThat(ask().shares()).hasSize(1);
        assertThat(servers.told).containsExactly("p0: connect", "p0: list");
    }

    /** A user who may have one connection at a time only. */
    @Test
    void aConnectionThatIsRefusedAfterTheFirstFailsNoScanThatWantsNoOther() throws Exception {
        servers.behind.add(FIRST);
        servers.mostOpen = 1;
        assertThat(ask().shares()).hasSize(1);
        known.add(SECOND);
        assertThatThrownBy(this::ask)
                .isInstanceOfSatisfying(
                        ServersMissingException.class,
                        e -> assertThat(e.holding().covers(FIRST)).isTrue());
    }
}
