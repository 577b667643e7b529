/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which links are found by their peer, which can be traded for, and what is offered from outside. */
class SlotRegistryTest {

    private int start;
    private final SlotRegistry registry = new SlotRegistry(bound -> Math.min(start, bound - 1));
    private final Peer a = new Peer(new NamedEndpoint("a", 1), 0, () -> 0);
    private final Peer b = new Peer(new NamedEndpoint("b", 1), 1, () -> 0);
    private final Link mine = link(a);

    private static Link link(Peer peer) {
        peer.reserve();
        return new Link(peer) {};
    }

    private Slot add(Link link) {
        Slot slot = new Slot(link);
        registry.add(slot);
        return slot;
    }

    private static void occupy(Slot slot) {
        Link link = Objects.requireNonNull(slot.take());
        assertThat(slot.occupy(link)).isTrue();
        link.peer().dealt();
    }

    @Test
    void aSlotIsCountedUntilItIsRemoved() {
        Slot slot = add(mine);
        assertThat(registry.size()).isEqualTo(1);
        assertThat(registry.remove(slot)).isTrue();
        assertThat(registry.size()).isZero();
        assertThat(registry.remove(slot)).isFalse();
        assertThat(registry.size()).isZero();
    }

    @Test
    void aLinkIsFoundByItsPeerUntilItEnds() {
        Slot slot = add(mine);
        assertThat(mine.isAtRest()).isTrue();
        slot.take();
        assertThat(mine.isAtRest()).isFalse();
        Link next = link(b);
        assertThat(slot.occupy(next)).isTrue();
        assertThat(registry.links(b)).as("at work").containsExactly(next);
        assertThat(next.isAtRest()).isFalse();
        slot.rest();
        assertThat(next.isAtRest()).isTrue();
        slot.take();
        assertThat(slot.giveBack(mine)).isTrue();
        assertThat(mine.isAtRest()).isTrue();
        assertThat(registry.links()).containsExactlyInAnyOrder(mine, next);
        slot.take();
        Link third = link(a);
        assertThat(slot.giveBack(third)).isTrue();
        assertThat(third.isAtRest()).isTrue();
        third.forget();
        next.forget();
        assertThat(registry.links()).containsExactly(mine);
        assertThat(registry.links(b)).isEmpty();
    }

    @Test
    void aLinkIsTradedForOneThatRests() {
        Slot slot = add(link(b));
        Link theirs = Objects.requireNonNull(slot.resting());
        assertThat(registry.mayTradeFor(b)).isTrue();
        assertThat(registry.trade(mine, b)).isSameAs(theirs);
        assertThat(slot.resting()).isSameAs(mine);
    }

    @Test
    void theSearchBeginsAnywhereAndComesRound() {
        Slot first = add(link(b));
        Link second = link(b);
        add(second);
        start = 1;
        assertThat(registry.trade(mine, b)).isSameAs(second);
        assertThat(registry.trade(link(a), b)).isNotSameAs(second).matches(dealt -> dealt.peer() == b);
        assertThat(Objects.requireNonNull(first.resting()).peer()).isSameAs(a);
    }

    @Test
    void nothingIsTradedForAnotherToTheSamePeer() {
        add(link(a));
        assertThat(registry.trade(mine, a)).isSameAs(mine);
    }

    @Test
    void nothingIsLookedForWhereNothingCanRest() {
        assertThat(registry.mayTradeFor(b)).as("nothing there").isFalse();
        b.reserve();
        assertThat(registry.mayTradeFor(b)).as("all elsewhere").isFalse();
        b.release();
        Slot slot = add(link(b));
        b.dealt();
        assertThat(registry.mayTradeFor(b)).as("all at work").isFalse();
        assertThat(registry.trade(mine, b)).as("all at work").isSameAs(mine);
        assertThat(slot.resting()).isNotSameAs(mine);
    }

    /** How long a trade takes does not grow with the connections. */
    @Test
    void thirtyTwoLinksAreLookedAt() {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 33; i++) {
            slots.add(add(link(b)));
        }
        slots.subList(0, 32).forEach(SlotRegistryTest::occupy);
        assertThat(registry.trade(mine, b)).isSameAs(mine);
        start = 1;
        assertThat(registry.trade(mine, b)).isNotSameAs(mine);
    }

    private final Slot outside = new Slot(new Link(b) {});
    private final Link offered = Objects.requireNonNull(outside.resting());
    private final SlotRegistry.Offer offer = new SlotRegistry.Offer(outside, offered, a);
    private final SlotRegistry.Offer another = new SlotRegistry.Offer(new Slot(new Link(b) {}), offered, a);
    private final EligiblePeers both = new EligiblePeers(List.of(a, b));

    @Test
    void whatIsOfferedIsTakenOnceByOneWhoHasWhatIsWanted() {
        assertThat(registry.takeOffer(mine, both)).as("nothing offered").isNull();
        registry.offer(offer);
        assertThat(registry.takeOffer(link(b), both)).as("not wanted").isNull();
        assertThat(registry.takeOffer(mine, new EligiblePeers(List.of(a))))
                .as("cannot serve")
                .isNull();
        assertThat(registry.takeOffer(mine, both)).isSameAs(offered);
        assertThat(outside.resting()).isSameAs(mine);
        assertThat(registry.takeOffer(link(a), both)).as("taken").isNull();
    }

    @Test
    void whatIsWithdrawnIsNotOffered() {
        registry.withdraw(offer);
        registry.offer(offer);
        registry.withdraw(another);
        registry.withdraw(offer);
        assertThat(registry.takeOffer(mine, both)).isNull();
    }

    @Test
    void anotherOfferIsNotWithdrawn() {
        registry.offer(offer);
        registry.withdraw(another);
        assertThat(registry.takeOffer(mine, both)).isSameAs(offered);
    }
}
