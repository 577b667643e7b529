/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Peer;
import io.peerage.peer.Phase;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What peers that come back see of the application servers that return to them. */
class ReturningPeersTest {

    private static final long CHECK_INTERVAL_SECONDS = 30;
    private static final long TICK_MILLIS = 100;

    private final SimulatedTime time = new SimulatedTime();

    private Housekeeper housekeeper(
            FakePeers peers, SlotRegistry registry, SplittableRandom random, int movesPerSecond) {
        return peers.housekeeper(Credentials.CONFIGURED, registry, random::nextInt, movesPerSecond);
    }

    /**
     * Three of ten peers return to a pool of 200: 60 connections must move, one at a time. A pause between two moves
     * lasts at least 1/rate and at most 1.5/rate, and up to one tick more until the step that makes the move.
     */
    @Test
    void moveNoMoreConnectionsPerSecondThanConfiguredAndEndWithEqualShares() throws SQLException {
        int movesPerSecond = 2;
        SplittableRandom random = new SplittableRandom(20261123);
        FakePeers peers = new FakePeers(time, random::nextInt, 10, CHECK_INTERVAL_SECONDS);
        SlotRegistry registry = new SlotRegistry(random::nextInt);
        List<Peer> returning = List.of(peers.peer(1), peers.peer(4), peers.peer(8));
        Map<Peer, List<Long>> arrivals = new HashMap<>();
        returning.forEach(peer -> {
            arrivals.put(peer, new ArrayList<>());
            peers.group.drain(peer);
        });
        for (int i = 0; i < 200; i++) {
            peers.slot(registry, servingPeer(peers, returning, i));
        }
        peers.group.start();
        housekeeper(peers, registry, random, movesPerSecond).start();
        time.pass(60, SECONDS);
        assertThat(peers.opened).as("moves while nobody is back").isEmpty();

        long began = time.nanos();
        List<Long> moves = new ArrayList<>();
        returning.forEach(peers.group::resume);
        while (peers.connections().stream().anyMatch(count -> count != 20)) {
            int before = peers.opened.size();
            time.pass(TICK_MILLIS / 10, MILLISECONDS);
            for (Peer peer : peers.opened.subList(before, peers.opened.size())) {
                moves.add(time.nanos() - began);
                arrivals.getOrDefault(peer, moves).add(time.nanos() - began);
            }
            assertThat(time.nanos() - began).as("time to equal shares").isLessThan(SECONDS.toNanos(120));
        }
        double tookSeconds = (time.nanos() - began) / 1e9;
        System.out.printf("ten peers, 200 connections, three peers back: equal shares after %.1f s%n", tookSeconds);

        assertThat(moves).hasSize(60);
        assertThat(most(moves)).as("moves in any one second").isLessThanOrEqualTo(movesPerSecond);
        arrivals.forEach((peer, at) -> assertThat(at).as(peer.name()).hasSize(20));
        assertThat(tookSeconds).isBetween(59.0 / movesPerSecond, 60 * (1.5 / movesPerSecond + TICK_MILLIS / 1e3));
        time.pass(60, SECONDS);
        assertThat(peers.opened).as("nothing moves back").hasSize(60);
    }

    /** The rate is the deployer's: a tick of the upkeep is no bound to it. */
    @Test
    void moveAsManyPerSecondAsConfigured() throws SQLException {
        int movesPerSecond = 200;
        SplittableRandom random = new SplittableRandom(20261124);
        FakePeers peers = new FakePeers(time, random::nextInt, 2, CHECK_INTERVAL_SECONDS);
        SlotRegistry registry = new SlotRegistry(random::nextInt);
        peers.group.drain(peers.peer(1));
        for (int i = 0; i < 400; i++) {
            peers.slot(registry, peers.peer(0));
        }
        peers.group.start();
        housekeeper(peers, registry, random, movesPerSecond).start();
        peers.group.resume(peers.peer(1));
        long began = time.nanos();
        while (peers.connections().get(1) < 200) {
            time.pass(TICK_MILLIS / 10, MILLISECONDS);
            assertThat(time.nanos() - began).as("time to equal shares").isLessThan(SECONDS.toNanos(10));
        }
        double tookSeconds = (time.nanos() - began) / 1e9;
        System.out.printf("200 connections at %d per second: %.2f s%n", movesPerSecond, tookSeconds);
        // pauses between 1 and 1.5 times the rate's, and one tick to begin
        assertThat(tookSeconds).isBetween(199.0 / movesPerSecond, 1.5 * 200 / movesPerSecond + 0.2);
    }

    /**
     * Each connect takes so long that every connection of the pool has been at work and was traded meanwhile, as with
     * TLS. Three of nine must move: three connects, and each is used.
     */
    @Test
    void useEachConnectionThatWasOpenedHoweverLongThatTook() throws SQLException {
        SplittableRandom random = new SplittableRandom(20261126);
        FakePeers peers = new FakePeers(time, random::nextInt, 3, CHECK_INTERVAL_SECONDS);
        SlotRegistry registry = new SlotRegistry(random::nextInt);
        Peer returning = peers.peer(2);
        peers.group.drain(returning);
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            slots.add(peers.slot(registry, peers.peer(i % 2)));
        }
        peers.during = (peer, credentials) -> {
            for (int i = 0; i < 20; i++) {
                unit(peers, registry, slots.get(random.nextInt(slots.size())));
            }
        };
        peers.group.start();
        housekeeper(peers, registry, random, 2).start();
        peers.group.resume(returning);
        long began = time.nanos();
        while (held(slots, returning) < 3) {
            time.pass(TICK_MILLIS / 10, MILLISECONDS);
            assertThat(time.nanos() - began).as("time to its share").isLessThan(SECONDS.toNanos(60));
        }
        assertThat(peers.opened).containsExactly(returning, returning, returning);
        assertThat((time.nanos() - began) / 1e9)
                .as("three pauses of the rate at the most, and a tick each")
                .isLessThan(3 * (0.75 + 2 * TICK_MILLIS / 1e3));
    }

    /** Every connection is in use whenever one is opened: who begins the next unit takes the fresh one. */
    @Test
    void useEachConnectionWhereNoneEverRests() throws SQLException {
        SplittableRandom random = new SplittableRandom(20261127);
        FakePeers peers = new FakePeers(time, random::nextInt, 2, CHECK_INTERVAL_SECONDS);
        SlotRegistry registry = new SlotRegistry(random::nextInt);
        Peer returning = peers.peer(1);
        peers.group.drain(returning);
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            slots.add(peers.slot(registry, peers.peer(0)));
        }
        peers.group.start();
        housekeeper(peers, registry, random, 2).start();
        List<PhysicalConnection> busy = new ArrayList<>();
        for (Slot slot : slots) {
            busy.add(begin(peers, registry, slot));
        }
        peers.group.resume(returning);
        // each second one unit ends and the next one begins: longer than a look, shorter than an offer stands
        for (int i = 0; i < 8; i++) {
            time.pass(1, SECONDS);
            Slot slot = slots.get(i % 4);
            busy.get(i % 4).end(time.nanos());
            slot.rest();
            busy.set(i % 4, begin(peers, registry, slot));
        }
        assertThat(held(slots, returning)).isEqualTo(2);
        assertThat(peers.opened).containsExactly(returning, returning);
        time.pass(10, SECONDS);
        assertThat(peers.connections()).containsExactly(2, 2);
    }

    /**
     * Without a pool each user has a registry of his own: what was offered there must not count as its peer's load for
     * long.
     */
    @Test
    void areNotLeftWithAnOfferThatNobodyCanTake() throws SQLException {
        SplittableRandom random = new SplittableRandom(20261128);
        FakePeers peers = new FakePeers(time, random::nextInt, 2, CHECK_INTERVAL_SECONDS);
        SlotRegistry registry = new SlotRegistry(random::nextInt);
        Peer returning = peers.peer(1);
        peers.group.drain(returning);
        List<Slot> slots = List.of(peers.slot(registry, peers.peer(0)), peers.slot(registry, peers.peer(0)));
        List<PhysicalConnection> busy = new ArrayList<>();
        for (Slot slot : slots) {
            busy.add(begin(peers, registry, slot));
        }
        peers.group.start();
        housekeeper(peers, registry, random, 2).start();
        peers.group.resume(returning);
        time.pass(1, SECONDS);
        assertThat(peers.connections()).as("one is offered").containsExactly(2, 1);

        for (int i = 0; i < 2; i++) {
            registry.remove(slots.get(i));
            busy.get(i).close();
        }
        time.pass(10, MILLISECONDS);

        assertThat(peers.connections()).containsExactly(0, 0);
    }

    private void unit(FakePeers peers, SlotRegistry registry, Slot slot) {
        if (slot.resting() != null) {
            begin(peers, registry, slot).end(time.nanos());
            slot.rest();
        }
    }

    private PhysicalConnection begin(FakePeers peers, SlotRegistry registry, Slot slot) {
        if (!(slot.take() instanceof PhysicalConnection mine)) {
            throw new AssertionError("nothing rests there");
        }
        PhysicalConnection link = (PhysicalConnection) peers.group.deal(mine, registry);
        assertThat(slot.occupy(link)).isTrue();
        link.begin(time.nanos());
        return link;
    }

    private static long held(List<Slot> slots, Peer peer) {
        return slots.stream()
                .map(Slot::holding)
                .filter(link -> link != null && link.peer() == peer)
                .count();
    }

    private static Peer servingPeer(FakePeers peers, List<Peer> away, int number) {
        List<Peer> serving = peers.group.peers().stream()
                .filter(peer -> !away.contains(peer))
                .toList();
        return serving.get(number % serving.size());
    }

    /** Returns how many of these moments, in order, lie within one second at the most. */
    private static int most(List<Long> moments) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < moments.size(); last++) {
            while (moments.get(last) - moments.get(first) >= SECONDS.toNanos(1)) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /**
     * A thousand application servers lose one of three peers at the same instant, the worst case: nothing but the
     * jitter keeps them apart when it returns.
     *
     * <p>The bound. The interval has a jitter of plus and minus a tenth, so the checks after a failure that all met at
     * once lie evenly within a fifth of the interval: 1,000 / (30 s / 5) = 167 a second. Each check that finds the peer
     * well brings, beside itself, the four moves of a twelve-slot server to its third of the slots; these are at least
     * a pause apart, which spreads them further, so a server's arrivals add up to at most 5 for each check: 833 a
     * second in the mean at the worst. Five standard deviations of a Poisson count of checks in one second (13), five
     * connects each, come on top: 833 + 5 * 13 * 5. Without any jitter it would be 1,000 checks in one second.
     */
    @Test
    void isNotStormedByAThousandApplicationServers() throws SQLException {
        int servers = 1_000;
        double checksPerSecond = servers / (CHECK_INTERVAL_SECONDS / 5.0);
        double bound = 5 * (checksPerSecond + 5 * Math.sqrt(checksPerSecond));
        SplittableRandom seeds = new SplittableRandom(20261123);
        Map<Long, Integer> connects = new HashMap<>();
        List<FakePeers> fleet = new ArrayList<>();
        boolean[] up = {true};
        long began = time.nanos();
        for (int i = 0; i < servers; i++) {
            SplittableRandom random = seeds.split();
            FakePeers peers = new FakePeers(time, random::nextInt, 3, CHECK_INTERVAL_SECONDS);
            SlotRegistry registry = new SlotRegistry(random::nextInt);
            for (int slot = 0; slot < 12; slot++) {
                peers.slot(registry, peers.peer(slot % 3));
            }
            peers.during = (peer, credentials) -> {
                if (peer.index() == 0) {
                    connects.merge(TimeUnit.NANOSECONDS.toSeconds(time.nanos() - began), 1, Integer::sum);
                    if (!up[0]) {
                        throw FakePeers.refused();
                    }
                }
            };
            peers.group.start();
            housekeeper(peers, registry, random, 2).start();
            fleet.add(peers);
        }
        up[0] = false;
        for (FakePeers peers : fleet) {
            peers.group.failed(
                    peers.peer(0), 0, FakePeers.SORTER.sort(FakePeers.refused(), Phase.CONNECT), FakePeers.refused());
        }
        time.pass(20, SECONDS);
        assertThat(fleet).allSatisfy(peers -> assertThat(peers.connections()).containsExactly(0, 6, 6));
        up[0] = true;
        time.pass(40, SECONDS);

        assertThat(fleet).allSatisfy(peers -> assertThat(peers.connections()).containsExactly(4, 4, 4));
        StringBuilder line = new StringBuilder("connects per second to a peer back after 20 s, 1,000 servers:");
        for (long second = 0; second < 60; second++) {
            line.append(' ').append(connects.getOrDefault(second, 0));
        }
        System.out.println(line);
        long first = connects.keySet().stream()
                .filter(second -> second >= 20)
                .min(Long::compare)
                .orElseThrow();
        assertThat(first).as("the first check after the failure").isEqualTo(27);
        for (long second = first; second < 60; second++) {
            assertThat(connects.getOrDefault(second, 0)).as("second %d", second).isLessThan((int) bound);
        }
    }
}
