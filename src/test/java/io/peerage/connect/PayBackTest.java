/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.peer.Peer;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A pool of which every connection is at work all the time, simulated: eight threads on eight connections to three
 * peers, with nobody to trade with, for minutes. Units take random times with a mean of five milliseconds.
 */
class PayBackTest {

    private static final int PEERS = 3;
    private static final double MEAN_UNIT_MICROS = 5_000;
    private static final int WINDOW = 24_000;

    private final SimulatedTime time = new SimulatedTime();
    private final SplittableRandom random = new SplittableRandom(20261124);
    private final FakePeers peers = new FakePeers(time, random::nextInt, PEERS, 86_400);
    private final SlotRegistry registry = new SlotRegistry(random::nextInt);
    private final List<Slot> slots = new ArrayList<>();
    /** The peer of each unit served, in order. */
    private final List<Integer> served = new ArrayList<>();

    /** How long a unit takes on each peer, in parts of the mean. */
    private final double[] slowness = {1, 1, 1};

    private boolean working;
    private int mostConnections;

    private Housekeeper housekeeper(int movesPerSecond) {
        return peers.housekeeper(Credentials.CONFIGURED, registry, random::nextInt, movesPerSecond);
    }

    private void fill(int connections) throws SQLException {
        for (int i = 0; i < connections; i++) {
            slots.add(peers.slot(registry, peers.peer(i % PEERS)));
        }
    }

    /** Begins a thread that runs one unit after the other on {@code slot}, as a pool that hands out last in first out. */
    private void work(Slot slot) {
        if (!working || !(slot.take() instanceof PhysicalConnection mine)) {
            return;
        }
        PhysicalConnection link = (PhysicalConnection) peers.group.deal(mine, registry);
        assertThat(slot.occupy(link)).isTrue();
        link.begin(time.nanos());
        served.add(link.peer().index());
        long micros = Math.max(
                1,
                Math.round(-Math.log(1 - random.nextDouble())
                        * MEAN_UNIT_MICROS
                        * slowness[link.peer().index()]));
        time.after(MICROSECONDS.toNanos(micros), () -> {
            mostConnections = Math.max(mostConnections, connections());
            link.end(time.nanos());
            slot.rest();
            work(slot);
        });
    }

    private void run(int threads, long seconds) {
        working = true;
        slots.subList(0, threads).forEach(this::work);
        time.pass(seconds, SECONDS);
        working = false;
        time.pass(1, SECONDS);
    }

    private int connections() {
        return peers.connections().stream().mapToInt(Integer::intValue).sum();
    }

    private static double[] shares(List<Integer> units) {
        int[] counts = new int[PEERS];
        units.forEach(peer -> counts[peer]++);
        return Arrays.stream(counts)
                .mapToDouble(count -> 100.0 * count / units.size())
                .toArray();
    }

    private void eachServes(double least, double most) {
        for (double share : shares(served)) {
            assertThat(share).isBetween(least, most);
        }
    }

    /** Returns how far off a share is in the worst window but for one in a hundred: chance alone makes some. */
    private double worstWindow() {
        List<Double> off = new ArrayList<>();
        for (int from = 0; from + WINDOW <= served.size(); from += WINDOW / 10) {
            for (double share : shares(served.subList(from, from + WINDOW))) {
                off.add(Math.abs(share - 100.0 / PEERS));
            }
        }
        off.sort(null);
        return off.get(off.size() * 99 / 100);
    }

    private void print(String what, long seconds) {
        System.out.printf(
                Locale.ROOT,
                "%s for %d s: %,d units, shares %s %%, %.1f points off in 99 of 100 windows of %,d units; %.2f connects/s, at most %d"
                        + " connections%n",
                what,
                seconds,
                served.size(),
                Arrays.toString(Arrays.stream(shares(served))
                        .map(share -> Math.round(share * 10) / 10.0)
                        .toArray()),
                worstWindow(),
                WINDOW,
                peers.opened.size() / (double) seconds,
                mostConnections);
    }

    @Test
    void peersTakeTurnsWhereNobodyCanBeTradedWith() throws SQLException {
        fill(8);
        Housekeeper housekeeper = housekeeper(2);
        housekeeper.start();
        run(8, 300);
        print("eight threads on eight connections", 300);
        eachServes(32.8, 33.9);
        assertThat(worstWindow()).as("points off in the worst window").isLessThan(1);
        assertThat(peers.opened.size()).as("connects").isLessThanOrEqualTo(2 * 300);
        assertThat(mostConnections).as("connections at once").isLessThanOrEqualTo(8 + 1);
        assertThat(connections()).isEqualTo(8);

        int opened = peers.opened.size();
        time.pass(10, MINUTES);
        assertThat(peers.opened.size() - opened).as("connects of the idle pool").isLessThanOrEqualTo(1);
    }

    /** What a quicker peer serves more in its turn, it serves less by having fewer of them. */
    @Test
    void aQuickerPeerGetsFewerTurns() throws SQLException {
        slowness[1] = 0.8;
        fill(8);
        housekeeper(2).start();
        run(8, 300);
        print("the same with a peer that is a quarter quicker", 300);
        eachServes(32.3, 34.3);
    }

    /** Seven connections to the two peers that are left. */
    @Test
    void peersTakeTurnsWhileAnotherIsOut() throws SQLException {
        peers.group.drain(peers.peer(0));
        for (int i = 0; i < 7; i++) {
            slots.add(peers.slot(registry, peers.peer(1 + i % 2)));
        }
        housekeeper(2).start();
        run(7, 120);
        print("seven threads on seven connections to two of three peers", 120);
        assertThat(shares(served)[0]).isZero();
        assertThat(shares(served)[1]).isBetween(49.0, 51.0);
        assertThat(peers.opened).isNotEmpty();
    }

    /** Without turns: this is what they cure, and {@code RebalancePerSecond} of 0 still gets. */
    @Test
    void whoOwnsLessServesLessWithoutTurns() throws SQLException {
        fill(8);
        housekeeper(0).start();
        run(8, 60);
        print("the same without turns", 60);
        assertThat(shares(served)[2]).isBetween(23.0, 27.0);
        assertThat(peers.opened).isEmpty();
    }

    @Test
    void nobodyTakesTurnsWhereEachOwnsItsShare() throws SQLException {
        fill(9);
        housekeeper(2).start();
        run(9, 120);
        print("nine threads on nine connections", 120);
        assertThat(peers.opened).isEmpty();
    }

    @Test
    void nobodyTakesTurnsWhereEnoughRest() throws SQLException {
        fill(8);
        housekeeper(2).start();
        run(4, 120);
        print("four threads on eight connections", 120);
        eachServes(32.5, 34.2);
        assertThat(peers.opened.size()).as("connects").isLessThanOrEqualTo(12);
    }

    /** Every connection at work for minutes: there is no boundary at which an offer could be traded for. */
    @Test
    void longTransactionsBringNoConnectsInVain() throws SQLException {
        fill(8);
        housekeeper(2).start();
        run(8, 10);
        int before = peers.opened.size();
        for (Slot slot : slots) {
            assertThat(slot.take()).isNotNull();
        }
        time.pass(10, MINUTES);
        assertThat(peers.opened.size() - before).isLessThanOrEqualTo(1);
        assertThat(connections()).isEqualTo(8);
    }

    @Test
    void aStopLeavesNoOfferBehind() throws SQLException {
        fill(8);
        Housekeeper housekeeper = housekeeper(2);
        housekeeper.start();
        working = true;
        slots.forEach(this::work);
        // until a moment at which there is an offer
        for (int i = 0; connections() == 8; i++) {
            assertThat(i).as("milliseconds without an offer").isLessThan(60_000);
            time.pass(1, MILLISECONDS);
        }
        housekeeper.stop();
        assertThat(connections()).isEqualTo(8);
        time.pass(10, SECONDS);
        assertThat(connections()).isEqualTo(8);
    }

    /** A peer that goes down while its new connection waits to be traded for. */
    @Test
    void anOfferWhosePeerGoesDownIsWithdrawn() throws SQLException {
        fill(8);
        housekeeper(2).start();
        working = true;
        slots.forEach(this::work);
        for (int i = 0; connections() == 8; i++) {
            assertThat(i).as("milliseconds without an offer").isLessThan(60_000);
            time.pass(1, MILLISECONDS);
        }
        working = false;
        Peer last = peers.opened.get(peers.opened.size() - 1);
        peers.group.drain(last);
        time.pass(SECONDS.toNanos(10), NANOSECONDS);
        assertThat(connections()).isEqualTo(8);
        assertThat(last.connections()).isZero();
    }
}
