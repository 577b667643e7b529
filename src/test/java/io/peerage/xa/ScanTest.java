/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ReachedServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How peers are asked for their branches, and waited for. */
class ScanTest {

    private static final long WAIT = TimeUnit.SECONDS.toNanos(10);

    private static final ReachedServer NOWHERE = new ReachedServer(null, 0, false);

    private final FakeServers servers = new FakeServers(20);
    private final Peer first = servers.peers.get(0);
    private final Peer last = servers.peers.get(19);
    private final CompletableFuture<ScanResult> result = new CompletableFuture<>();
    private final RecoveryGroup group = servers.group(servers.time);
    private final Scan scan =
            new Scan(group, Credentials.CONFIGURED, true, new RecoveryWait(group, WAIT), result::complete);

    private long asked(Peer peer) {
        return servers.told.stream().filter((peer + ": connect")::equals).count();
    }

    private static PeerListing listing(boolean readOnly, BranchXid... prepared) {
        return new PeerListing(List.of(new PeerListing.Server(NOWHERE, Set.of(prepared), readOnly)), null);
    }

    @Test
    void asksEachPeerOnce() {
        scan.proceed();
        assertThat(servers.told).as("not on the caller's thread").isEmpty();
        servers.time.settle();
        assertThat(result.join().answers()).hasSize(20);
        assertThat(result.join().missing()).isEmpty();
        assertThat(servers.told.stream().filter(words -> words.endsWith("connect")))
                .containsExactlyElementsOf(
                        servers.peers.stream().map(peer -> peer + ": connect").toList());
    }

    @Test
    void asksAgainEachSecondUntilAnAnswer() {
        servers.unreachable.add(first);
        scan.proceed();
        servers.time.pass(3_500, TimeUnit.MILLISECONDS);
        assertThat(result).isNotDone();
        assertThat(asked(first)).isEqualTo(4);
        servers.unreachable.clear();
        servers.time.pass(1, TimeUnit.SECONDS);
        assertThat(result.join().answers()).hasSize(20).containsKey(first);
        assertThat(asked(last)).isEqualTo(1);
    }

    @Test
    void givesUpWhenTheTimeIsOver() {
        servers.unreachable.add(last);
        scan.proceed();
        servers.time.pass(9_999, TimeUnit.MILLISECONDS);
        assertThat(result).isNotDone();
        servers.time.pass(1, TimeUnit.MILLISECONDS);
        assertThat(result.join().answers()).hasSize(19).doesNotContainKey(last);
        assertThat(result.join().missing()).containsOnlyKeys(last);
        assertThat(result.join().missing().get(last)).hasMessage("connection refused");
    }

    /** What befalls the adapter before a connection is opened is told like what befalls the connection. */
    @Test
    void anErrorBeforeTheFirstConnectionIsWhyAPeerIsMissing() {
        PeerServers broken = new PeerServers(
                peer -> {
                    throw new NoClassDefFoundError("a class that is gone");
                },
                peer -> {},
                group.table());
        RecoveryGroup hurt = new RecoveryGroup(
                () -> List.of(first),
                Set.of(),
                servers,
                broken,
                group.table(),
                servers.time,
                servers.time,
                group.log());
        new Scan(hurt, Credentials.CONFIGURED, true, new RecoveryWait(hurt, 0), result::complete).proceed();
        servers.time.settle();
        assertThat(result).isDone();
        assertThat(result.join().missing().get(first)).hasMessageContaining("a class that is gone");
    }

    @Test
    void aPeerThatIsLeftOutIsNeitherWaitedForNorMissing() {
        servers.unreachable.add(last);
        servers.unreachable.add(first);
        scan.proceed();
        servers.time.settle();
        scan.leaveOut(last);
        assertThat(result).isNotDone();
        scan.leaveOut(first);
        assertThat(result.join().missing()).isEmpty();
        assertThat(result.join().answers()).hasSize(18);
        int before = servers.told.size();
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(servers.told).as("nobody is asked any more").hasSizeBetween(before, before + 2);
    }

    @Test
    void nobodyToAskIsNobodyMissing() {
        servers.lost.addAll(servers.peers);
        new Scan(group, Credentials.CONFIGURED, true, new RecoveryWait(group, WAIT), result::complete).proceed();
        assertThat(result.join()).isEqualTo(new ScanResult(Map.of(), Map.of()));
    }

    @Test
    void theOriginIsTheOnlyHolderThatTakesWrites() {
        BranchXid xid = FakeServers.xid("x");
        Peer second = servers.peers.get(1);
        PeerListing origin = listing(false, xid);
        PeerListing replica = listing(true, xid);
        PeerListing none = listing(false);

        assertThat(Origin.of(xid, Map.of(first, origin, second, none)))
                .isEqualTo(new Origin(new Holder(first, null), List.of(first)));
        assertThat(Origin.of(xid, Map.of(first, replica, second, origin)))
                .isEqualTo(new Origin(new Holder(second, null), List.of(first, second)));
        assertThat(Origin.of(xid, Map.of(second, origin, first, origin)))
                .isEqualTo(new Origin(null, List.of(first, second)));
        assertThat(Origin.of(xid, Map.of(first, replica)).holder()).isNull();
        assertThat(Origin.of(xid, Map.of(first, none))).isEqualTo(new Origin(null, List.of()));
    }
}
