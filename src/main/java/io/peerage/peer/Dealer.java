/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deals: draws a peer for each unit of work, and trades for a link to it. No I/O, no lock, no allocation; the time it
 * takes does not grow with the number of links, nor of peers where these are drawn at random or in turn.
 *
 * <p>Thread-safe.
 */
final class Dealer {

    /** How many peers are looked at for one that is owed more than the one that was drawn. */
    private static final int MOST_CLAIMS = 8;

    private final Selection selection;
    private final RandomSource random;
    private final boolean exclusive;

    Dealer(Selection selection, RandomSource random) {
        this.selection = selection;
        this.random = random;
        this.exclusive = selection.isExclusive();
    }

    /** Returns whether one peer serves all. */
    boolean isExclusive() {
        return exclusive;
    }

    /** Returns those of {@code peers} that can be dealt, by their health of now; where one serves all, that one. */
    EligiblePeers eligible(List<Peer> peers) {
        if (!exclusive) {
            return new EligiblePeers(Precedence.first(peers, Precedence::forUnit));
        }
        List<Peer> first = Precedence.first(peers, Precedence::forAllUnits);
        return new EligiblePeers(first.isEmpty() ? first : List.of(selection.select(List.copyOf(first), random)));
    }

    /** Returns the peer that should serve the next unit of work, or null when none can. */
    @Nullable Peer draw(EligiblePeers eligible) {
        return switch (eligible.size()) {
            case 0 -> null;
            case 1 -> eligible.get(0);
            default -> selection.select(eligible, random);
        };
    }

    /**
     * Deals a peer for a unit of work.
     *
     * @param mine the link in the caller's hand
     * @param registry the slots to trade with
     * @return the link the caller now has in hand; {@code mine} if no better one rests, whatever its peer
     */
    Link deal(Link mine, SlotRegistry registry, EligiblePeers eligible) {
        Peer drawn = draw(eligible);
        if (drawn == null) {
            return mine;
        }
        Link offered = registry.takeOffer(mine, eligible);
        Link inHand = offered == null ? mine : offered;
        if (!selection.evensOut()) {
            return drawn == inHand.peer() ? inHand : registry.trade(inHand, drawn);
        }
        Link dealt = offered == null ? byClaim(mine, drawn, registry, eligible) : offered;
        if (dealt.peer() != drawn) {
            Deficits.record(drawn, dealt.peer());
        }
        return dealt;
    }

    /** The claim of a peer to this unit of work: what it is owed, and one more if the unit was drawn for it. */
    private Link byClaim(Link mine, Peer drawn, SlotRegistry registry, EligiblePeers eligible) {
        Peer best = mine.peer();
        int most = best == drawn || eligible.contains(best) ? claim(best, drawn) : Integer.MIN_VALUE;
        if (claim(drawn, drawn) > most && registry.mayTradeFor(drawn)) {
            best = drawn;
            most = claim(drawn, drawn);
        }
        int looks = Math.min(eligible.size(), MOST_CLAIMS);
        int start = random.below(eligible.size());
        for (int i = 0; i < looks; i++) {
            Peer other = eligible.get(start + i < eligible.size() ? start + i : start + i - eligible.size());
            if (claim(other, drawn) > most && registry.mayTradeFor(other)) {
                best = other;
                most = claim(other, drawn);
            }
        }
        if (best == mine.peer()) {
            return mine;
        }
        Link dealt = registry.trade(mine, best);
        return dealt == mine && best != drawn ? registry.trade(mine, drawn) : dealt;
    }

    private static int claim(Peer peer, Peer drawn) {
        return Deficits.owed(peer) + (peer == drawn ? 1 : 0);
    }
}
