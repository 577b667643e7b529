/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static io.peerage.peer.Verdicts.failure;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A living group whose peers become others. */
class ChangedPeersTest {

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(7);
    private final Map<String, SQLException> broken = new HashMap<>();
    private final Recorder events = new Recorder();
    private final List<String> asked = new ArrayList<>();
    private final PeerGroup group = new PeerGroup(
            List.of(new NamedEndpoint("a", 1), new NamedEndpoint("b", 1)),
            new RandomSelection(),
            SECONDS.toNanos(30),
            time,
            random::nextInt,
            events,
            time,
            this::probe,
            Verdicts::sort);
    private final Peer a = group.peers().get(0);
    private final Peer b = group.peers().get(1);
    private final Peer c = group.candidate(new NamedEndpoint("c", 1));

    @BeforeEach
    void start() {
        group.start();
    }

    private @Nullable SQLException probe(Peer peer) throws SQLException {
        asked.add(peer.name());
        SQLException failure = broken.get(peer.name());
        if (failure != null) {
            throw failure;
        }
        return null;
    }

    private static Place place(Peer peer, int weight) {
        return new Place(peer, new NamedEndpoint(peer.name(), weight));
    }

    private void change(Peer... peers) {
        group.change(List.of(peers).stream().map(peer -> place(peer, 1)).toList());
    }

    private Map<String, Integer> draws() {
        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            Peer drawn = group.draw();
            shares.merge(drawn == null ? "none" : drawn.name(), 1, Integer::sum);
        }
        return shares;
    }

    @Test
    void anAddedPeerIsAskedBeforeItServes() {
        change(a, b, c);
        assertThat(group.peers()).containsExactly(a, b, c);
        assertThat(draws()).containsOnlyKeys("a", "b");
        time.pass(1, SECONDS);
        assertThat(asked).containsExactly("c");
        assertThat(draws().get("c")).isBetween(800, 1_200);
    }

    @Test
    void anAddedPeerThatCannotServeHarmsNobody() {
        broken.put("c", failure("DOWN"));
        change(a, b, c);
        time.pass(1, SECONDS);
        assertThat(draws()).containsOnlyKeys("a", "b");
        assertThat(group.drawForConnect(List.of(a, b))).isNull();
        broken.clear();
        time.pass(33, SECONDS);
        assertThat(draws()).containsOnlyKeys("a", "b", "c");
    }

    /** Nobody waits for an answer where there is nobody else to serve. */
    @Test
    void whereNobodyStaysThoseThatComeServeAtOnce() {
        change(c);
        assertThat(draws()).containsOnlyKeys("c");
    }

    @Test
    void aPeerThatStaysKeepsWhatIsKnownOfIt() {
        group.drain(a);
        b.dealt();
        group.change(List.of(place(b, 3), place(c, 1), place(a, 1)));
        time.pass(1, SECONDS);
        assertThat(a.health().word()).isEqualTo("drained");
        assertThat(b.units()).isEqualTo(1);
        assertThat(List.of(b.index(), c.index(), a.index())).containsExactly(0, 1, 2);
        assertThat(draws().get("b")).as("three quarters").isBetween(2_100, 2_400);
    }

    @Test
    void aRemovedPeerIsDrainedForGood() {
        change(a);
        assertThat(group.peers()).containsExactly(a);
        assertThat(b.isRemoved()).isTrue();
        assertThat(b.health().word()).isEqualTo("removed");
        assertThat(group.serves(b)).isFalse();
        assertThat(draws()).containsOnlyKeys("a");
        assertThat(group.drawForConnect(List.of(a))).isNull();
        group.resume(b);
        group.failed(b, b.generation(), Verdicts.DOWN, failure("DOWN"));
        time.pass(120, SECONDS);
        assertThat(b.isRemoved()).isTrue();
        assertThat(asked).doesNotContain("b");
    }

    @Test
    void nothingIsPlannedForARemovedPeer() {
        change(a);
        assertThat(time.plans()).isEqualTo(1);
        assertThat(events.lines()).containsExactly("removed b");
    }

    @Test
    void thatTheLastOneIsRemovedWhichServedIsSaid() {
        broken.put("b", failure("DOWN"));
        group.connectFailed(b, Verdicts.DOWN, failure("DOWN"));
        change(b);
        assertThat(events.lines()).containsExactly("down b", "removed a", "all down");
    }

    @Test
    void whatIsOwedAmongOtherPeersIsForgotten() {
        a.owed.set(5);
        change(a, c);
        assertThat(Deficits.owed(a)).isZero();
    }

    /** A call that hangs on it wants to know. */
    @Test
    void aRemovedPeerIsAskedOnlyIfSomebodyWantsIt() {
        change(a);
        broken.put("b", failure("DOWN"));
        group.check(b);
        time.runReady();
        assertThat(asked).containsExactly("b");
        assertThat(b.isRemoved()).isTrue();
        assertThat(b.health().cause()).isSameAs(broken.get("b"));
    }

    @Test
    void aPeerThatReturnsIsTheSameOne() {
        b.dealt();
        change(a);
        change(a, b);
        assertThat(draws()).containsOnlyKeys("a");
        time.pass(1, SECONDS);
        assertThat(draws()).containsOnlyKeys("a", "b");
        assertThat(b.units()).isEqualTo(1);
        asked.clear();
        time.pass(40, SECONDS);
        assertThat(asked).as("checked like any other").contains("a", "b");
    }

    @Test
    void whatRestsOnARemovedPeerLeavesIt() {
        SlotRegistry registry = new SlotRegistry(random::nextInt);
        Link link = new Link(b) {};
        Slot slot = new Slot(link);
        registry.add(slot);
        assertThat(Balance.leaving(group, registry)).isNull();
        change(a);
        assertThat(Balance.leaving(group, registry)).isSameAs(link);
        assertThat(Balance.goal(group, List.of())).isSameAs(a);
    }

    /** The new password may be what it waited for. */
    @Test
    void aPeerThatLetNobodyInIsAskedAtOnce() {
        SQLException refused = failure("SOUND");
        group.connectFailed(a, Verdicts.sort(refused, Phase.CONNECT), refused);
        assertThat(a.health()).isInstanceOf(Health.Refusing.class);
        group.reconsider(a);
        group.reconsider(b);
        time.runReady();
        assertThat(asked).containsExactly("a");
        assertThat(a.health()).isInstanceOf(Health.Up.class);
    }
}
