/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a slot holds from one step to the next, and who may take it; races on it are those of {@link DealLincheckTest}. */
class SlotTest {

    private final Peer peer = new Peer(new NamedEndpoint("a", 1), 0, () -> 0);
    private final Link link = new Link(peer) {};
    private final Link other = new Link(peer) {};
    private final Slot slot = new Slot(link);

    @Test
    void aLinkRestsIsInHandIsBusyAndRestsAgain() {
        assertThat(slot.resting()).isSameAs(link);
        assertThat(slot.take()).isSameAs(link);
        assertThat(slot.take()).as("in hand").isNull();
        assertThat(slot.holding()).as("in hand").isNull();
        assertThat(slot.occupy(other)).isTrue();
        assertThat(slot.occupy(link)).as("busy").isFalse();
        assertThat(slot.busy()).isSameAs(other);
        assertThat(slot.holding()).isSameAs(other);
        assertThat(slot.take()).as("busy").isNull();
        slot.rest();
        assertThat(slot.busy()).isNull();
        assertThat(slot.resting()).isSameAs(other);
        assertThat(slot.holding()).isSameAs(other);
    }

    @Test
    void whatShouldNotServeAfterAllIsTakenInHandAgain() {
        slot.take();
        slot.occupy(link);
        assertThat(slot.retake(other)).as("another").isFalse();
        assertThat(slot.retake(link)).isTrue();
        assertThat(slot.busy()).isNull();
        assertThat(slot.giveBack(link)).isTrue();
        assertThat(slot.resting()).isSameAs(link);
        assertThat(slot.giveBack(link)).as("not in hand").isFalse();
    }

    @Test
    void aLinkIsTradedOnlyWhileItRests() {
        assertThat(slot.exchange(link, other)).isTrue();
        assertThat(slot.resting()).isSameAs(other);
        assertThat(slot.exchange(link, other)).as("not here any more").isFalse();
        slot.take();
        assertThat(slot.exchange(other, link)).as("in hand").isFalse();
    }

    @Test
    void whatIsLostIsTakenInHandByAnotherBoundaryOnly() {
        assertThat(slot.isLost()).isFalse();
        assertThat(slot.retakeLost()).as("not lost").isNull();
        assertThat(slot.lose()).isTrue();
        assertThat(slot.lose()).as("no news").isFalse();
        assertThat(slot.isLost()).isTrue();
        assertThat(slot.isGone()).isFalse();
        assertThat(slot.take()).isNull();
        assertThat(slot.holding()).isSameAs(link);
        assertThat(slot.retakeLost()).isSameAs(link);
        assertThat(slot.isLost()).isFalse();
        assertThat(slot.occupy(link)).isTrue();
        assertThat(slot.lose()).as("while it is busy").isTrue();
        assertThat(slot.leave()).isSameAs(link);
    }

    @Test
    void whatIsInHandWhenTheSlotIsLostStaysWithItsOwner() {
        slot.take();
        assertThat(slot.lose()).isTrue();
        assertThat(slot.holding()).isNull();
        assertThat(slot.occupy(link)).isFalse();
        assertThat(slot.retakeLost()).isNull();
        assertThat(slot.occupy(other)).isTrue();
    }

    @Test
    void oneThatIsGoneGivesItsLinkOnceAndTakesNone() {
        assertThat(slot.isGone()).isFalse();
        assertThat(slot.leave()).isSameAs(link);
        assertThat(slot.leave()).isNull();
        assertThat(slot.isGone()).isTrue();
        assertThat(slot.isLost()).isTrue();
        assertThat(slot.lose()).isFalse();
        assertThat(slot.take()).isNull();
        assertThat(slot.retakeLost()).isNull();
        assertThat(slot.holding()).isNull();
        assertThat(slot.occupy(other)).isFalse();
        assertThat(slot.giveBack(other)).isFalse();
        assertThat(slot.retake(link)).isFalse();
        assertThat(slot.exchange(link, other)).isFalse();
    }
}
