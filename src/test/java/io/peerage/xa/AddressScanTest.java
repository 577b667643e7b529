/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which servers behind the address of a peer a scan asks. */
class AddressScanTest {

    private static final ServerId FIRST = new ServerId("first", false);
    private static final ServerId SECOND = new ServerId("second", false);

    private final FakeServers servers = new FakeServers(2);
    private final Peer peer = servers.peers.get(0);
    private final Set<ServerId> known = new LinkedHashSet<>();
    private final RecoveryGroup group = servers.group(servers.time);

    AddressScanTest() {
        servers.seen.put(peer, known);
    }

    private PeerListing list(boolean strict) throws Exception {
        return new AddressScan(group, peer).list(Credentials.CONFIGURED, strict);
    }

    private PeerListing ask(boolean strict, ServerId... behind) throws Exception {
        servers.behind.addAll(List.of(behind));
        known.addAll(Set.of(FIRST, SECOND));
        servers.held.put(FIRST, Set.of(FakeServers.xid("on the first")));
        servers.held.put(SECOND, Set.of(FakeServers.xid("on the second")));
        return list(strict);
    }

    @Test
    void eachServerThatIsKnownBehindTheAddressIsAsked() throws Exception {
        PeerListing listing = ask(true, FIRST, FIRST, SECOND);
        assertThat(listing.servers()).hasSize(2);
        assertThat(listing.contains(FakeServers.xid("on the first"))).isTrue();
        assertThat(listing.contains(FakeServers.xid("on the second"))).isTrue();
        assertThat(listing.covers(FIRST) && listing.covers(SECOND)).isTrue();
        assertThat(servers.open).isZero();
    }

    @Test
    void oneThatTheAddressDoesNotLeadToIsMissing() throws Exception {
        assertThat((Throwable) ask(true, FIRST).unmet())
                .hasMessageContaining("could not reach the server second behind peer p0: its address leads to first");
        assertThat(servers.told.stream().filter(words -> words.equals("p0: connect")))
                .hasSize(4);
        assertThat(servers.open).isZero();
        PeerListing listing = ask(false, FIRST);
        assertThat(listing.covers(FIRST)).isTrue();
        assertThat(listing.covers(SECOND)).isFalse();
    }

    private PeerListing ask() throws Exception {
        PeerListing listing = list(true);
        assertThat((Throwable) listing.unmet()).isNull();
        return listing;
    }

    /** Most addresses; what other connections have met before counts for nothing. */
    @Test
    void theFirstScanLooksTwiceAndTheOthersOnce() throws Exception {
        servers.behind.add(FIRST);
        known.add(FIRST);
        assertThat(ask().servers()).hasSize(1);
        assertThat(servers.told).containsExactly("p0: connect", "p0: list", "p0: avoid", "p0: connect");
        servers.told.clear();
        assertThat(ask().servers()).hasSize(1);
        assertThat(servers.told).containsExactly("p0: connect", "p0: list");
        group.servers().forgetAsked(peer);
        servers.told.clear();
        assertThat(ask().servers()).hasSize(1);
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
        assertThat(ask().servers()).hasSize(7);
        assertThat(servers.peak).as("connections kept open").isEqualTo(8);
        assertThat(servers.open).isZero();
    }

    @Test
    void aServerThatCallsItselfOtherwiseEachTimeCostsSoManyConnectionsOnly() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            servers.behind.add(new ServerId("server " + i, false));
        }
        assertThat(ask().servers()).hasSize(16);
    }

    @Test
    void asManyConnectionsLookAsThereAreServers() throws Exception {
        for (int i = 0; i < 6; i++) {
            known.add(new ServerId("server " + i, false));
        }
        servers.behind.addAll(known);
        assertThat(ask().servers()).hasSize(6);
    }

    /** PostgreSQL after a switchover: the peer that was the primary answers, and has nothing. */
    @Test
    void aStandbyAnswersForThePrimaryThatWasThere() throws Exception {
        known.add(FIRST);
        servers.behind.add(FIRST.asStandby());
        PeerListing listing = ask();
        assertThat(listing.covers(FIRST)).isFalse();
        assertThat(listing.repeats(FIRST)).isTrue();
        assertThat(listing.repeats(SECOND)).isFalse();
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
        assertThat((Throwable) list(true).unmet()).hasMessageContaining("leads to one that cannot be told from others");
        assertThat(list(false).servers()).hasSize(1);
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
        assertThat(ask().servers()).hasSize(1);
        assertThat(ask().covers(FIRST)).isFalse();
    }

    /** A server without any identity. */
    @Test
    void whereNoServerSaysWhichItIsOneConnectionIsEnough() throws Exception {
        assertThat(ask().servers()).hasSize(1);
        assertThat(servers.told).containsExactly("p0: connect", "p0: list");
    }

    /** A user who may have one connection at a time only. */
    @Test
    void aConnectionThatIsRefusedAfterTheFirstFailsNoScanThatWantsNoOther() throws Exception {
        servers.behind.add(FIRST);
        servers.mostOpen = 1;
        assertThat(ask().servers()).hasSize(1);
        known.add(SECOND);
        PeerListing listing = list(true);
        assertThat((Throwable) listing.unmet())
                .hasMessageContaining("could not reach the server second")
                .hasSuppressedException(new SQLException("too many connections", "08004", 1040));
        assertThat(listing.covers(FIRST)).isTrue();
    }
}
