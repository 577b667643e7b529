/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Peer;
import io.peerage.server.ReachedServer;
import java.sql.SQLException;
import java.util.ArrayList;
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
    private final List<Peer> asked = new ArrayList<>();
    private final long began = servers.time.nanos();
    private final Scan scan = new Scan(servers.peers, this::ask, new Patient(), servers.time, servers.time);

    /** Waits for each peer for some seconds from the beginning. */
    private final class Patient implements Scan.Patience {
        @Override
        public void answered(Peer peer) {
            assertThat(servers.unreachable).doesNotContain(peer);
        }

        @Override
        public long until(Peer peer, Exception failure) {
            assertThat(servers.unreachable).contains(peer);
            return began + WAIT;
        }
    }

    private static Scan.Holding holding(boolean readOnly, BranchXid... prepared) {
        return new Scan.Holding(List.of(new Scan.Share(NOWHERE, Set.of(prepared), readOnly)));
    }

    private Scan.Holding ask(Peer peer) throws SQLException {
        asked.add(peer);
        if (servers.unreachable.contains(peer)) {
            throw new SQLException("connection refused", "08001");
        }
        return holding(false, FakeServers.xid(peer.name()));
    }

    @Test
    void asksEachPeerOnce() {
        CompletableFuture<Scan.Result> result = scan.begin();
        assertThat(asked).as("not on the caller's thread").isEmpty();
        servers.time.settle();
        assertThat(result.join().answers()).hasSize(20);
        assertThat(result.join().missing()).isEmpty();
        assertThat(asked).containsExactlyElementsOf(servers.peers);
    }

    @Test
    void asksAgainEachSecondUntilAnAnswer() {
        servers.unreachable.add(first);
        CompletableFuture<Scan.Result> result = scan.begin();
        servers.time.pass(3_500, TimeUnit.MILLISECONDS);
        assertThat(result).isNotDone();
        assertThat(asked).filteredOn(first::equals).hasSize(4);
        servers.unreachable.clear();
        servers.time.pass(1, TimeUnit.SECONDS);
        assertThat(result.join().answers()).hasSize(20).containsKey(first);
        assertThat(asked).filteredOn(last::equals).hasSize(1);
    }

    @Test
    void givesUpWhenTheTimeIsOver() {
        servers.unreachable.add(last);
        CompletableFuture<Scan.Result> result = scan.begin();
        servers.time.pass(9_999, TimeUnit.MILLISECONDS);
        assertThat(result).isNotDone();
        servers.time.pass(1, TimeUnit.MILLISECONDS);
        assertThat(result.join().answers()).hasSize(19).doesNotContainKey(last);
        assertThat(result.join().missing()).containsOnlyKeys(last);
        assertThat(result.join().missing().get(last)).hasMessage("connection refused");
    }

    @Test
    void aPeerThatIsLeftOutIsNeitherWaitedForNorMissing() {
        servers.unreachable.add(last);
        servers.unreachable.add(first);
        CompletableFuture<Scan.Result> result = scan.begin();
        servers.time.settle();
        scan.leaveOut(last);
        assertThat(result).isNotDone();
        scan.leaveOut(first);
        assertThat(result.join().missing()).isEmpty();
        assertThat(result.join().answers()).hasSize(18);
        int before = asked.size();
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(asked).as("nobody is asked any more").hasSizeBetween(before, before + 2);
    }

    @Test
    void nobodyToAskIsNobodyMissing() {
        CompletableFuture<Scan.Result> result =
                new Scan(List.of(), this::ask, new Patient(), servers.time, servers.time).begin();
        assertThat(result.join()).isEqualTo(new Scan.Result(Map.of(), Map.of()));
    }

    @Test
    void theOriginIsTheOnlyHolderThatTakesWrites() {
        BranchXid xid = FakeServers.xid("x");
        Peer second = servers.peers.get(1);
        Scan.Holding holding = holding(false, xid);
        Scan.Holding replica = holding(true, xid);
        Scan.Holding none = holding(false);

        assertThat(Origin.of(xid, Map.of(first, holding, second, none)))
                .isEqualTo(new Origin(new Holder(first, null), List.of(first)));
        assertThat(Origin.of(xid, Map.of(first, replica, second, holding)))
                .isEqualTo(new Origin(new Holder(second, null), List.of(first, second)));
        assertThat(Origin.of(xid, Map.of(second, holding, first, holding)))
                .isEqualTo(new Origin(null, List.of(first, second)));
        assertThat(Origin.of(xid, Map.of(first, replica)).holder()).isNull();
        assertThat(Origin.of(xid, Map.of(first, none))).isEqualTo(new Origin(null, List.of()));
    }
}
