/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What each selection makes of the peers: shares over many draws, with chance that is the same in each run. */
class SelectionTest {

    private static final int DRAWS = 60_000;
    /** Five standard deviations of a share of a third among so many draws. */
    private static final Offset<Double> CHANCE = Offset.offset(1.0);

    private final Random random = new Random(20261124);
    private final FakeTime time = new FakeTime();

    private PeerGroup group(Selection selection, int... weights) {
        List<NamedEndpoint> members = new ArrayList<>();
        for (int weight : weights) {
            members.add(new NamedEndpoint("p" + members.size(), weight));
        }
        PeerGroup group = new PeerGroup(
                members,
                selection,
                TimeUnit.SECONDS.toNanos(30),
                time,
                random::nextInt,
                PeerEvents.NONE,
                time,
                peer -> null,
                Verdicts::sort);
        group.start();
        return group;
    }

    private static int draw(PeerGroup group) {
        Peer drawn = group.draw();
        assertThat(drawn).isNotNull();
        return drawn == null ? -1 : drawn.index();
    }

    /** Returns the share of each peer in percent. */
    private static double[] shares(PeerGroup group) {
        int[] counts = new int[group.peers().size()];
        for (int i = 0; i < DRAWS; i++) {
            counts[draw(group)]++;
        }
        return Arrays.stream(counts).mapToDouble(count -> 100.0 * count / DRAWS).toArray();
    }

    @Test
    void randomFollowsTheWeights() {
        assertThat(shares(group(new RandomSelection(), 1, 2, 3)))
                .containsExactly(new double[] {16.67, 33.33, 50}, CHANCE);
        assertThat(shares(group(new RandomSelection(), 1, 1, 1)))
                .containsExactly(new double[] {33.33, 33.33, 33.33}, CHANCE);
    }

    /** A draw says nothing about the next one: as many repeats as chance makes, which a rotation would not have. */
    @Test
    void randomIsNoRotation() {
        PeerGroup group = group(new RandomSelection(), 1, 1, 1);
        int repeats = 0;
        int before = draw(group);
        for (int i = 0; i < DRAWS; i++) {
            int next = draw(group);
            repeats += next == before ? 1 : 0;
            before = next;
        }
        assertThat(100.0 * repeats / DRAWS).isEqualTo(33.33, CHANCE);
    }

    @Test
    void roundRobinTakesTurnsByWeight() {
        PeerGroup group = group(new RoundRobinSelection(), 1, 2, 1);
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            turns.add(draw(group));
        }
        assertThat(turns).containsExactly(0, 1, 1, 2, 0, 1, 1, 2);
    }

    @Test
    void roundRobinTakesTurnsAmongThoseThatServe() {
        PeerGroup group = group(new RoundRobinSelection(), 1, 1, 1);
        group.drain(group.peers().get(1));
        assertThat(shares(group)).containsExactly(new double[] {50, 0, 50}, Offset.offset(0.01));
    }

    @Test
    void leastConnectionsTakesTheLeastBusyAndTossesForTies() {
        PeerGroup group = group(new LeastConnectionsSelection(), 1, 1, 1);
        group.peers().get(1).dealt();
        assertThat(shares(group)).containsExactly(new double[] {50, 0, 50}, CHANCE);
        group.peers().get(1).done(1_000);
        assertThat(shares(group)).as("all equal").containsExactly(new double[] {33.33, 33.33, 33.33}, CHANCE);
    }

    @Test
    void leastConnectionsCountsByWeight() {
        PeerGroup group = group(new LeastConnectionsSelection(), 1, 4);
        for (int i = 0; i < 3; i++) {
            group.peers().get(1).dealt();
        }
        group.peers().get(0).dealt();
        assertThat(shares(group)).as("1 of 1 against 3 of 4").containsExactly(0, 100);
        group.peers().get(1).dealt();
        assertThat(shares(group)).as("1 of 1 against 4 of 4").containsExactly(new double[] {50, 50}, CHANCE);
    }

    /** Deals by the group's own draws, each unit lasting as long as its peer is slow. */
    private static double[] work(PeerGroup group, long... unitMicros) {
        int[] counts = new int[unitMicros.length];
        for (int i = 0; i < DRAWS; i++) {
            int index = draw(group);
            counts[index]++;
            Peer peer = group.peers().get(index);
            peer.dealt();
            peer.done(TimeUnit.MICROSECONDS.toNanos(unitMicros[index]));
        }
        return Arrays.stream(counts).mapToDouble(count -> 100.0 * count / DRAWS).toArray();
    }

    @Test
    void fastestGivesASlowPeerLessButKeepsTryingIt() {
        PeerGroup group = group(new FastestSelection(), 1, 1, 1);
        double[] shares = work(group, 1_000, 10_000, 1_000);
        System.out.println("fastest, the second of three ten times slower: " + Arrays.toString(shares) + " %");
        // one draw in twenty goes to any peer
        assertThat(shares[1]).isEqualTo(100.0 / 20 / 3, Offset.offset(0.3));
        assertThat(shares[0]).isGreaterThan(40);
        assertThat(shares[2]).isGreaterThan(40);
    }

    /** Being tried is what tells that a peer is quick again. */
    @Test
    void fastestTakesAPeerBackThatIsQuickAgain() {
        PeerGroup group = group(new FastestSelection(), 1, 1, 1);
        assertThat(work(group, 1_000, 10_000, 1_000)[1]).isLessThan(3);
        double[] shares = work(group, 1_000, 900, 1_000);
        System.out.println("fastest, the second quickest again: " + Arrays.toString(shares) + " %");
        assertThat(shares[1]).isGreaterThan(50);
    }

    @Test
    void affinityStaysWithTheFirstThatServesAndGoesBack() {
        PeerGroup group = group(new AffinitySelection(), 1, 1, 1);
        assertThat(shares(group)).containsExactly(100, 0, 0);
        group.drain(group.peers().get(0));
        assertThat(shares(group)).containsExactly(0, 100, 0);
        group.drain(group.peers().get(1));
        assertThat(shares(group)).containsExactly(0, 0, 100);
        group.resume(group.peers().get(0));
        time.runReady();
        assertThat(shares(group)).containsExactly(100, 0, 0);
    }
}
