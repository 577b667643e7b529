/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which links should lead elsewhere, on benches laid out by hand. */
class BalanceTest {

    private static final Chance FIRST = bound -> 0;

    private final FakeTime time = new FakeTime();
    private final Bench bench = new Bench(FIRST);
    private final List<Seat> seats = new ArrayList<>();
    /** Who is drawn, as a point on the line of the weights. */
    private int point;

    private static final class TestLink extends Link {
        TestLink(Peer peer) {
            super(peer);
        }
    }

    private PeerGroup group(int... weights) {
        List<PeerGroup.Member> members = new ArrayList<>();
        for (int weight : weights) {
            members.add(new PeerGroup.Member("p" + members.size(), weight));
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

    private void seats(PeerGroup group, int... owned) {
        for (int peer = 0; peer < owned.length; peer++) {
            for (int i = 0; i < owned[peer]; i++) {
                Seat seat = new Seat(new TestLink(group.peers().get(peer)));
                seats.add(seat);
                bench.add(seat);
            }
        }
    }

    private static void occupy(Seat seat) {
        assertThat(seat.settle(Objects.requireNonNull(seat.take()))).isTrue();
    }

    private static String of(Balance.@Nullable Move move) {
        return move == null ? "none" : move.from() + " to " + move.to();
    }

    private String retire(PeerGroup group) {
        Link leaving = Balance.leaving(group, bench);
        Peer to = Balance.goal(group, List.of());
        return leaving == null || to == null ? "none" : leaving.peer() + " to " + to;
    }

    @Test
    void nobodyRetiresFromPeersThatServe() {
        PeerGroup group = group(1, 1);
        seats(group, 1, 1);
        assertThat(retire(group)).isEqualTo("none");
    }

    @Test
    void whatRestsOnADrainedPeerRetiresAndWhatWorksThereDoesNot() {
        PeerGroup group = group(1, 1);
        seats(group, 2, 1);
        group.drain(group.peers().get(0));
        occupy(seats.get(0));
        assertThat(retire(group)).isEqualTo("p0 to p1");
        assertThat(Balance.leaving(group, bench)).isSameAs(seats.get(1).resting());
        occupy(seats.get(1));
        assertThat(retire(group)).isEqualTo("none");
    }

    @Test
    void nobodyRetiresWithNowhereToGo() {
        PeerGroup group = group(1, 1);
        seats(group, 1, 1);
        group.drain(group.peers().get(0));
        group.connectFailed(group.peers().get(1), Verdicts.FULL, Verdicts.failure("FULL"));
        assertThat(retire(group)).as("to a peer that lets nobody in").isEqualTo("none");
        group.drain(group.peers().get(1));
        assertThat(retire(group)).isEqualTo("none");
    }

    @Test
    void evenMovesFromTheMostToTheFewestUntilNothingIsGained() {
        PeerGroup group = group(1, 1, 1);
        seats(group, 4, 2, 1);
        assertThat(of(Balance.even(group, bench, List.of()))).isEqualTo("p0 to p2");
        assertThat(seats.get(0)
                        .exchange(
                                Objects.requireNonNull(seats.get(0).resting()),
                                new TestLink(group.peers().get(2))))
                .isTrue();
        assertThat(of(Balance.even(group, bench, List.of()))).as("3, 2, 2").isEqualTo("none");
    }

    @Test
    void evenCountsByWeightAndOnlyPeersThatAreUp() {
        PeerGroup group = group(2, 1);
        seats(group, 4, 2);
        assertThat(of(Balance.even(group, bench, List.of()))).isEqualTo("none");
        seats(group, 3, 0);
        assertThat(of(Balance.even(group, bench, List.of())))
                .as("7 for 2, 2 for 1")
                .isEqualTo("p0 to p1");
        group.drain(group.peers().get(1));
        assertThat(of(Balance.even(group, bench, List.of()))).isEqualTo("none");
    }

    /** Has {@code times} units drawn for the last peer served on the first seat, as when all others are at work. */
    private void owe(PeerGroup group, int times) {
        point = Integer.MAX_VALUE;
        seats.subList(1, seats.size()).forEach(BalanceTest::occupy);
        for (int i = 0; i < times; i++) {
            Link mine = Objects.requireNonNull(seats.get(0).take());
            assertThat(group.deal(mine, bench)).as("nobody to trade with").isSameAs(mine);
            assertThat(seats.get(0).giveBack(mine)).isTrue();
        }
    }

    @Test
    void thePeerThatIsOwedMuchAndOwnsLessThanItsShareHasItsTurn() {
        PeerGroup group = group(1, 1, 1);
        seats(group, 3, 3, 2);
        owe(group, Ledger.MUCH - 1);
        assertThat(Balance.turn(group, bench, List.of()))
                .as("not owed much yet")
                .isNull();
        owe(group);
        assertThat(Balance.turn(group, bench, List.of())).isSameAs(group.peers().get(2));
        assertThat(Balance.givers(group, bench))
                .containsExactly(group.peers().get(0), group.peers().get(1));
    }

    private void owe(PeerGroup group) {
        Link mine = Objects.requireNonNull(seats.get(0).take());
        group.deal(mine, bench);
        assertThat(seats.get(0).giveBack(mine)).isTrue();
    }

    @Test
    void nobodyHasATurnWhereEachOwnsItsShare() {
        PeerGroup group = group(2, 1);
        seats(group, 4, 2);
        owe(group, 3 * Ledger.MUCH);
        assertThat(group.owed(group.peers().get(1))).isGreaterThan(Ledger.MUCH);
        assertThat(Balance.turn(group, bench, List.of())).isNull();
        assertThat(Balance.givers(group, bench)).isEmpty();
    }

    @Test
    void aPeerThatIsOutHasNoTurn() {
        PeerGroup group = group(1, 1, 1);
        seats(group, 3, 3, 2);
        owe(group, 3 * Ledger.MUCH);
        group.drain(group.peers().get(2));
        assertThat(Balance.turn(group, bench, List.of())).isNull();
    }
}
