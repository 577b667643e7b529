/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which links should lead elsewhere, on registries laid out by hand. */
class BalanceTest {

    private static final RandomSource FIRST = bound -> 0;

    private final FakeTime time = new FakeTime();
    private final SlotRegistry registry = new SlotRegistry(FIRST);
    private final List<Slot> slots = new ArrayList<>();
    /** Who is drawn, as a point on the line of the weights. */
    private int point;

    private static final class TestLink extends Link {
        TestLink(Peer peer) {
            super(peer);
            peer.reserve();
        }
    }

    private PeerGroup group(int... weights) {
        List<NamedEndpoint> members = new ArrayList<>();
        for (int weight : weights) {
            members.add(new NamedEndpoint("p" + members.size(), weight));
        }
        return new PeerGroup(
                members,
                new RandomSelection(),
                TimeUnit.SECONDS.toNanos(30),
                time,
                bound -> Math.min(point, bound - 1),
                PeerEvents.NONE,
                time,
                peer -> null,
                Verdicts::sort);
    }

    private void slots(PeerGroup group, int... owned) {
        for (int peer = 0; peer < owned.length; peer++) {
            for (int i = 0; i < owned[peer]; i++) {
                Slot slot = new Slot(new TestLink(group.peers().get(peer)));
                slots.add(slot);
                registry.add(slot);
            }
        }
    }

    private static void occupy(Slot slot) {
        assertThat(slot.occupy(Objects.requireNonNull(slot.take()))).isTrue();
    }

    private static String of(Balance.@Nullable Move move) {
        return move == null ? "none" : move.from() + " to " + move.to();
    }

    private String retire(PeerGroup group) {
        Link leaving = Balance.leaving(group, registry);
        Peer to = Balance.goal(group, List.of());
        return leaving == null || to == null ? "none" : leaving.peer() + " to " + to;
    }

    @Test
    void nobodyRetiresFromPeersThatServe() {
        PeerGroup group = group(1, 1);
        slots(group, 1, 1);
        assertThat(retire(group)).isEqualTo("none");
    }

    @Test
    void whatRestsOnADrainedPeerRetiresAndWhatWorksThereDoesNot() {
        PeerGroup group = group(1, 1);
        slots(group, 2, 1);
        group.drain(group.peers().get(0));
        occupy(slots.get(0));
        assertThat(retire(group)).isEqualTo("p0 to p1");
        assertThat(Balance.leaving(group, registry)).isSameAs(slots.get(1).resting());
        occupy(slots.get(1));
        assertThat(retire(group)).isEqualTo("none");
    }

    @Test
    void nobodyRetiresWithNowhereToGo() {
        PeerGroup group = group(1, 1);
        slots(group, 1, 1);
        group.drain(group.peers().get(0));
        group.connectFailed(group.peers().get(1), Verdicts.FULL, Verdicts.failure("FULL"));
        assertThat(retire(group)).as("to a peer that lets nobody in").isEqualTo("none");
        group.drain(group.peers().get(1));
        assertThat(retire(group)).isEqualTo("none");
    }

    @Test
    void evenMovesFromTheMostToTheFewestUntilNothingIsGained() {
        PeerGroup group = group(1, 1, 1);
        slots(group, 4, 2, 1);
        assertThat(of(Balance.even(group, registry, List.of()))).isEqualTo("p0 to p2");
        Link left = registry.replace(
                group.peers().get(0), any -> true, new TestLink(group.peers().get(2)));
        Objects.requireNonNull(left).forget();
        assertThat(of(Balance.even(group, registry, List.of()))).as("3, 2, 2").isEqualTo("none");
    }

    @Test
    void evenCountsByWeightAndOnlyPeersThatAreUp() {
        PeerGroup group = group(2, 1);
        slots(group, 4, 2);
        assertThat(of(Balance.even(group, registry, List.of()))).isEqualTo("none");
        slots(group, 3, 0);
        assertThat(of(Balance.even(group, registry, List.of())))
                .as("7 for 2, 2 for 1")
                .isEqualTo("p0 to p1");
        group.drain(group.peers().get(1));
        assertThat(of(Balance.even(group, registry, List.of()))).isEqualTo("none");
    }

    private final RecentShares shares = new RecentShares();

    /** Has {@code times} units drawn for the last peer served on the first slot, as when all others are at work. */
    private void owe(PeerGroup group, int times) {
        point = Integer.MAX_VALUE;
        slots.subList(1, slots.size()).forEach(BalanceTest::occupy);
        for (int i = 0; i < times; i++) {
            Link mine = Objects.requireNonNull(slots.get(0).take());
            assertThat(group.deal(mine, registry)).as("nobody to trade with").isSameAs(mine);
            assertThat(slots.get(0).giveBack(mine)).isTrue();
        }
    }

    @Test
    void thePeerThatIsOwedMuchGetsOneOfThePeerThatServedTheMost() {
        PeerGroup group = group(1, 1, 1);
        slots(group, 3, 3, 2);
        owe(group, Deficits.MUCH - 1);
        assertThat(of(Balance.payBack(group, registry, shares, List.of())))
                .as("not owed much yet")
                .isEqualTo("none");
        owe(group);
        assertThat(of(Balance.payBack(group, registry, shares, List.of())))
                .as("nobody has served more")
                .isEqualTo("none");
        group.peers().get(0).dealt();
        group.peers().get(0).dealt();
        group.peers().get(1).dealt();
        assertThat(of(Balance.payBack(group, registry, shares, List.of()))).isEqualTo("p0 to p2");
    }

    private void owe(PeerGroup group) {
        Link mine = Objects.requireNonNull(slots.get(0).take());
        group.deal(mine, registry);
        assertThat(slots.get(0).giveBack(mine)).isTrue();
    }

    @Test
    void nobodyIsPaidBackWhereEachOwnsItsShare() {
        PeerGroup group = group(2, 1);
        slots(group, 4, 2);
        owe(group, 3 * Deficits.MUCH);
        assertThat(Deficits.owed(group.peers().get(1))).isGreaterThan(Deficits.MUCH);
        assertThat(of(Balance.payBack(group, registry, shares, List.of()))).isEqualTo("none");
    }

    @Test
    void aPeerThatIsOutIsNotPaidBack() {
        PeerGroup group = group(1, 1, 1);
        slots(group, 3, 3, 2);
        owe(group, 3 * Deficits.MUCH);
        group.drain(group.peers().get(2));
        assertThat(of(Balance.payBack(group, registry, shares, List.of()))).isEqualTo("none");
    }

    @Test
    void aPeerThatIsSparedIsGivenNone() {
        PeerGroup group = group(1, 1, 1);
        slots(group, 4, 2, 1);
        Peer third = group.peers().get(2);
        assertThat(of(Balance.even(group, registry, List.of(third)))).isEqualTo("p0 to p1");
        owe(group, Deficits.MUCH);
        assertThat(Balance.payBack(group, registry, shares, List.of())).isNull();
        group.peers().get(0).dealt();
        assertThat(of(Balance.payBack(group, registry, shares, List.of()))).isEqualTo("p0 to p2");
        assertThat(Balance.payBack(group, registry, shares, List.of(third))).isNull();
    }

    /** It would be moved back. */
    @Test
    void nothingMovesIfThatOnlyTurnsTheTables() {
        PeerGroup group = group(2, 3);
        slots(group, 3, 3);
        assertThat(of(Balance.even(group, registry, List.of()))).isEqualTo("none");
        slots(group, 1, 0);
        assertThat(of(Balance.even(group, registry, List.of()))).isEqualTo("p0 to p1");
    }
}
