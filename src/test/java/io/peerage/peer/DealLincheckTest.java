/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static io.peerage.ModelCheck.check;
import static io.peerage.ModelCheck.together;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Races between slots that trade, leave and rest, model-checked: no link is lost, none has two owners. */
@Tag("model-checked")
class DealLincheckTest {

    private static final int INVOCATIONS = 400;

    private static final class TestLink extends Link {
        final AtomicInteger closed = new AtomicInteger();

        TestLink(Peer peer) {
            super(peer);
        }
    }

    private static final PeerGroup GROUP = group();
    private static final List<Peer> PEERS = GROUP.peers();

    private static PeerGroup group() {
        return new PeerGroup(
                List.of(new NamedEndpoint("a", 1), new NamedEndpoint("b", 1)),
                new RandomSelection(),
                TimeUnit.SECONDS.toNanos(30),
                () -> 0,
                bound -> 0,
                PeerEvents.NONE,
                new Scheduler() {
                    @Override
                    public void execute(Runnable work) {}

                    @Override
                    public Runnable after(long delayNanos, Runnable work) {
                        return () -> {};
                    }
                },
                peer -> null,
                Verdicts::sort);
    }

    private static void close(@Nullable Link link) {
        if (link instanceof TestLink ours) {
            ours.closed.incrementAndGet();
        }
    }

    /** A unit of work, as a managed connection runs it. */
    private static void unit(Slot slot, SlotRegistry registry, Peer drawn) {
        Link link = slot.take();
        if (link == null) {
            return;
        }
        Link dealt = link.peer() == drawn ? link : registry.trade(link, drawn);
        if (!slot.occupy(dealt)) {
            close(dealt);
            return;
        }
        slot.rest();
    }

    /** A unit of work dealt by the group. */
    private static void dealtUnit(Slot slot, SlotRegistry registry) {
        Link link = slot.take();
        check(link != null, "nobody else takes it");
        if (link != null) {
            check(slot.occupy(GROUP.deal(link, registry)), "nobody ends it");
            slot.rest();
        }
    }

    private static void destroy(Slot slot, SlotRegistry registry) {
        registry.remove(slot);
        close(slot.leave());
    }

    private static int owners(Link link, Slot... slots) {
        int owners = 0;
        for (Slot slot : slots) {
            if (slot.busy() == link || slot.resting() == link) {
                owners++;
            }
        }
        return owners;
    }

    /** Two borrowers want what the other one has, at the same time. */
    @Test
    void twoSeatsTradingWithEachOtherLoseNoLink() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            SlotRegistry registry = new SlotRegistry(bound -> 0);
            TestLink toA = new TestLink(PEERS.get(0));
            TestLink toB = new TestLink(PEERS.get(1));
            Slot one = new Slot(toA);
            Slot two = new Slot(toB);
            registry.add(one);
            registry.add(two);
            together(() -> unit(one, registry, PEERS.get(1)), () -> unit(two, registry, PEERS.get(0)));
            check(owners(toA, one, two) == 1 && owners(toB, one, two) == 1, "each link has one owner");
            check(toA.closed.get() + toB.closed.get() == 0, "none was closed");
        });
    }

    /** A slot leaves while another trades with it, and while its own user is at a boundary. */
    @Test
    void aSeatThatLeavesDuringTradesClosesExactlyOneLink() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            SlotRegistry registry = new SlotRegistry(bound -> 0);
            TestLink toA = new TestLink(PEERS.get(0));
            TestLink toB = new TestLink(PEERS.get(1));
            Slot one = new Slot(toA);
            Slot two = new Slot(toB);
            registry.add(one);
            registry.add(two);
            together(
                    () -> unit(one, registry, PEERS.get(1)),
                    () -> unit(two, registry, PEERS.get(0)),
                    () -> destroy(two, registry));
            int closed = toA.closed.get() + toB.closed.get();
            int owned = owners(toA, one) + owners(toB, one);
            check(closed == 1, "the leaving slot's link is closed once, and no other: " + closed);
            check(owned == 1, "the other slot still owns one");
            check(toA.closed.get() + owners(toA, one) == 1, "each link is owned or closed");
        });
    }

    /** The background replaces a resting link just when its user takes it. */
    @Test
    void anExchangeAndATakeNeverGiveOneLinkToTwo() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            TestLink old = new TestLink(PEERS.get(0));
            TestLink fresh = new TestLink(PEERS.get(1));
            Slot slot = new Slot(old);
            SlotRegistry registry = new SlotRegistry(bound -> 0);
            registry.add(slot);
            together(() -> unit(slot, registry, PEERS.get(1)), () -> {
                if (slot.exchange(old, fresh)) {
                    close(old);
                } else {
                    close(fresh);
                }
            });
            check(old.closed.get() + fresh.closed.get() == 1, "one of the two is closed");
            check(owners(old, slot) == 1 - old.closed.get(), "the other one is in the slot");
        });
    }

    /** An offer is traded for by two at the same time while it is withdrawn: one trade at the most, one link closed. */
    @Test
    void anOfferWithdrawnDuringTradesTakesExactlyOneLinkWithIt() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            SlotRegistry registry = new SlotRegistry(bound -> 0);
            TestLink first = new TestLink(PEERS.get(0));
            TestLink second = new TestLink(PEERS.get(0));
            TestLink offered = new TestLink(PEERS.get(1));
            Slot one = new Slot(first);
            Slot two = new Slot(second);
            Slot offering = new Slot(offered);
            registry.add(one);
            registry.add(two);
            SlotRegistry.Offer offer = new SlotRegistry.Offer(offering, offered, PEERS.get(0));
            registry.offer(offer);
            together(() -> dealtUnit(one, registry), () -> dealtUnit(two, registry), () -> {
                registry.withdraw(offer);
                close(offering.leave());
            });
            int closed = first.closed.get() + second.closed.get() + offered.closed.get();
            check(closed == 1, "one link goes with the offer: " + closed);
            for (TestLink link : List.of(first, second, offered)) {
                check(owners(link, one, two) + link.closed.get() == 1, "each link is owned once or closed");
            }
        });
    }

    /** A peer is removed and another one added while units of work are dealt, and while its own check ends. */
    @Test
    void aUnitDealtAfterAPeerWasRemovedIsNotForIt() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            PeerGroup changing = group();
            Peer stays = changing.peers().get(0);
            Peer goes = changing.peers().get(1);
            Peer comes = changing.candidate(new NamedEndpoint("c", 1));
            TestLink toA = new TestLink(stays);
            TestLink toB = new TestLink(goes);
            SlotRegistry registry = new SlotRegistry(bound -> 0);
            Slot one = new Slot(toA);
            Slot two = new Slot(toB);
            registry.add(one);
            registry.add(two);
            together(
                    () -> changing.change(
                            List.of(new Place(stays, new NamedEndpoint("a", 2)), new Place(comes, comes.endpoint()))),
                    () -> {
                        Link link = one.take();
                        check(link != null && one.occupy(changing.deal(link, registry)), "nobody ends it");
                        one.rest();
                    },
                    () -> {
                        Health before = goes.health();
                        changing.drain(goes);
                        changing.findings.checked(goes, before, null);
                    });
            check(goes.isRemoved(), "removed, whatever came last: " + goes.health());
            check(!changing.serves(goes), "nothing is dealt to it");
            check(changing.draw() == stays, "the one that stayed serves");
            check(changing.peers().equals(List.of(stays, comes)), "the list is the new one");
            check(owners(toA, one, two) == 1 && owners(toB, one, two) == 1, "each link has one owner");
        });
    }

    /** Destroyed twice at the same time, as Payara does in turn. */
    @Test
    void leavingTwiceClosesOnce() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            TestLink link = new TestLink(PEERS.get(0));
            Slot slot = new Slot(link);
            SlotRegistry registry = new SlotRegistry(bound -> 0);
            registry.add(slot);
            together(() -> destroy(slot, registry), () -> destroy(slot, registry));
            check(link.closed.get() == 1, "closed once");
            check(registry.size() == 0, "and the slot is gone");
        });
    }
}
