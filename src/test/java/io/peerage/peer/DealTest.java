/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Deals among slots of which more or fewer are at work: shares, and that every link keeps one owner. */
class DealTest {

    private static final int UNITS = 60_000;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(20261123);
    private final PeerGroup group = new PeerGroup(
            List.of(new NamedEndpoint("a", 1), new NamedEndpoint("b", 1), new NamedEndpoint("c", 1)),
            new RandomSelection(),
            TimeUnit.SECONDS.toNanos(30),
            time,
            random::nextInt,
            PeerEvents.NONE,
            time,
            peer -> null,
            Verdicts::sort);
    private final SlotRegistry registry = new SlotRegistry(random::nextInt);
    private final List<Slot> slots = new ArrayList<>();

    private static final class TestLink extends Link {
        TestLink(Peer peer) {
            super(peer);
            peer.reserve();
        }
    }

    private void slot(int... owned) {
        for (int peer = 0; peer < owned.length; peer++) {
            for (int i = 0; i < owned[peer]; i++) {
                Slot slot = new Slot(new TestLink(group.peers().get(peer)));
                slots.add(slot);
                registry.add(slot);
            }
        }
    }

    /** Runs units of work so that {@code busy} slots are at work at any time, last in first out. */
    private long[] run(int busy) throws SQLException {
        Deque<Slot> idle = new ArrayDeque<>(slots);
        List<Slot> working = new ArrayList<>();
        long[] served = new long[group.peers().size()];
        for (int unit = 0; unit < UNITS; unit++) {
            if (working.size() == busy) {
                Slot done = working.remove(random.nextInt(busy));
                Objects.requireNonNull(done.busy()).peer().done(-1);
                done.rest();
                idle.push(done);
            }
            Slot next = idle.pop();
            Link mine = next.take();
            assertThat(mine).isNotNull();
            Link dealt = group.deal(Objects.requireNonNull(mine), registry);
            assertThat(next.occupy(dealt)).isTrue();
            dealt.peer().dealt();
            served[dealt.peer().index()]++;
            working.add(next);
        }
        for (Slot last : working) {
            Objects.requireNonNull(last.busy()).peer().done(-1);
            last.rest();
        }
        return served;
    }

    private static void eachAThird(long[] served) {
        assertThat(served).satisfies(counts -> {
            for (long count : counts) {
                assertThat(count / (double) UNITS).isBetween(0.32, 0.347);
            }
        });
    }

    private void everyLinkHasOneOwner() {
        assertThat(slots.stream().map(Slot::resting).distinct())
                .hasSameSizeAs(slots)
                .doesNotContainNull();
    }

    @Test
    void oneBorrowerOfALastInFirstOutPoolSpreadsOverAll() throws SQLException {
        slot(4, 4, 4);
        eachAThird(run(1));
        everyLinkHasOneOwner();
    }

    /**
     * Most of eight at work: the two peers that own three each must not serve more than the one that owns two. (With
     * more than six at work they must: two links cannot carry a third of seven units at a time.)
     */
    @Test
    void sharesAreEqualWhenMostIsAtWork() throws SQLException {
        slot(3, 3, 2);
        eachAThird(run(5));
        everyLinkHasOneOwner();
    }

    @Test
    void sharesAreEqualOnAnUnevenBench() throws SQLException {
        slot(6, 4, 2);
        eachAThird(run(6));
    }

    /** A peer that could not be dealt for long does not get everything at once when it can. */
    @Test
    void whatIsOwedIsForgottenBeyondALimit() throws SQLException {
        slot(4, 4, 0);
        run(4);
        Link borrowed = Objects.requireNonNull(slots.get(0).resting());
        assertThat(slots.get(0).exchange(borrowed, new TestLink(group.peers().get(2))))
                .isTrue();
        Deque<Integer> firstHundred = new ArrayDeque<>();
        for (int i = 0; i < 100; i++) {
            Slot slot = slots.get(1);
            Link dealt = group.deal(Objects.requireNonNull(slot.take()), registry);
            assertThat(slot.occupy(dealt)).isTrue();
            slot.rest();
            firstHundred.add(dealt.peer().index());
        }
        assertThat(firstHundred.stream().filter(index -> index == 2).count()).isBetween(20L, 66L);
    }

    private Peer drawn = group.peers().get(0);
    private boolean evensOut = true;

    /** The order is the test's own: who is drawn is said, and what each is owed. */
    private final Dealer dealer = new Dealer(
            new Selection() {
                @Override
                public Peer select(List<Peer> candidates, RandomSource any) {
                    return drawn;
                }

                @Override
                public boolean evensOut() {
                    return evensOut;
                }
            },
            bound -> 0);

    /** Deals to who has a link to the first peer in hand; returns the name of the peer that serves. */
    private String dealDrawing(int which) {
        drawn = group.peers().get(which);
        Link mine = Objects.requireNonNull(slots.get(0).take());
        Link dealt = dealer.deal(mine, registry, dealer.eligible(group.peers()));
        assertThat(slots.get(0).giveBack(dealt)).isTrue();
        return dealt.peer().name();
    }

    private List<Integer> owed() {
        return group.peers().stream().map(Deficits::owed).toList();
    }

    @Test
    void aUnitIsServedWhereItWasDrawnIfALinkRestsThere() {
        slot(1, 1, 1);
        assertThat(dealDrawing(1)).isEqualTo("b");
        assertThat(owed()).containsExactly(0, 0, 0);
    }

    @Test
    void aUnitThatAnotherServesIsOwed() {
        slot(1, 0, 0);
        assertThat(dealDrawing(1)).isEqualTo("a");
        assertThat(owed()).containsExactly(-1, 1, 0);
    }

    @Test
    void whoIsOwedAsMuchAsADrawIsWorthKeepsTheUnit() {
        slot(1, 1, 1);
        group.peers().get(0).owed.set(1);
        assertThat(dealDrawing(1)).isEqualTo("a");
        assertThat(owed()).containsExactly(0, 1, 0);
    }

    @Test
    void whoIsOwedMoreThanTheOthersGetsTheUnit() {
        slot(1, 1, 1);
        group.peers().get(2).owed.set(1);
        assertThat(dealDrawing(1)).as("as much as the one that was drawn").isEqualTo("b");
        slots.get(0).rest();
        group.peers().get(2).owed.set(2);
        group.peers().get(1).owed.set(0);
        assertThat(dealDrawing(0)).isEqualTo("c");
        assertThat(owed()).containsExactly(1, 0, 1);
    }

    @Test
    void aPeerThatCannotServeIsNotPaidBack() {
        slot(1, 1, 1);
        group.drain(group.peers().get(0));
        group.peers().get(0).owed.set(5);
        assertThat(dealDrawing(1)).isEqualTo("b");
    }

    @Test
    void whereALinkOfTheOneThatIsOwedIsAtWorkTheDrawDecides() {
        slot(1, 1, 1);
        Peer c = group.peers().get(2);
        c.owed.set(5);
        c.reserve();
        slots.get(2).take();
        assertThat(registry.mayTradeFor(c)).as("so it seems").isTrue();
        assertThat(dealDrawing(1)).isEqualTo("b");
    }

    @Test
    void aSelectionThatDecidesAfreshOwesNothing() {
        evensOut = false;
        slot(1, 1, 0);
        group.peers().get(0).owed.set(5);
        assertThat(dealDrawing(0)).isEqualTo("a");
        assertThat(dealDrawing(2)).as("nobody to trade with").isEqualTo("a");
        assertThat(dealDrawing(1)).isEqualTo("b");
        assertThat(owed()).containsExactly(5, 0, 0);
    }
}
