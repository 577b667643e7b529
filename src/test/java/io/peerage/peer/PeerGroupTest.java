/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.peer;

import static io.peerage.peer.Verdicts.failure;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The health of the peers of one group, and who is drawn. */
class PeerGroupTest {

    private final FakeTime time = new FakeTime();
    private final Recorder events = new Recorder();
    private final Map<String, SQLException> broken = new HashMap<>();
    private final Map<String, SQLException> lastResorts = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private boolean moves;
    private Runnable duringProbe = () -> {};
    private final Random random = new Random(20261123);
    private PeerGroup group = group(1, 1, 1);
    private Peer a = group.peers().get(0);
    private Peer b = group.peers().get(1);
    private Peer c = group.peers().get(2);

    @BeforeEach
    void start() {
        group.start();
    }

    private PeerGroup group(int... weights) {
        List<NamedEndpoint> members = new ArrayList<>();
        for (int weight : weights) {
            members.add(new NamedEndpoint(String.valueOf((char) ('a' + members.size())), weight));
        }
        return new PeerGroup(
                members,
                new RandomSelection(),
                SECONDS.toNanos(30),
                time,
                random::nextInt,
                events,
                time,
                new Asked(),
                Verdicts::sort);
    }

    private final class Asked implements Probe {
        @Override
        public @Nullable SQLException check(Peer peer) throws SQLException {
            return probe(peer);
        }

        @Override
        public BooleanSupplier watch(Peer peer) {
            return () -> moves;
        }
    }

    private @Nullable SQLException probe(Peer peer) throws SQLException {
        asked.add(peer.name());
        duringProbe.run();
        SQLException failure = broken.get(peer.name());
        if (failure != null) {
            throw failure;
        }
        return lastResorts.get(peer.name());
    }

    private Map<String, Integer> draws(int count) {
        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Peer drawn = group.draw();
            shares.merge(drawn == null ? "none" : drawn.name(), 1, Integer::sum);
        }
        return shares;
    }

    /** The ancestor's promise: queries distributed over the peers at random and equally. */
    @Test
    void drawsEveryPeerEquallyOften() {
        Map<String, Integer> shares = draws(30_000);
        // five standard deviations of a binomial with n = 30,000 and p = 1/3
        assertThat(shares.values())
                .hasSize(3)
                .allSatisfy(count -> assertThat(count).isBetween(9_592, 10_408));
    }

    @Test
    void drawsInProportionToWeight() {
        group = group(1, 3);
        Map<String, Integer> shares = draws(40_000);
        assertThat(shares.get("b")).isBetween(29_567, 30_433);
    }

    /** The ancestor's promise: a failed peer gets no queries until it recovers, re-checked every interval. */
    @Test
    void leavesAFailedPeerOutUntilACheckFindsItWell() {
        broken.put("b", failure("DOWN"));
        group.connectFailed(b, Verdicts.DOWN, failure("DOWN"));
        assertThat(draws(1_000)).doesNotContainKey("b");
        time.pass(60, SECONDS);
        assertThat(draws(1_000)).doesNotContainKey("b");
        assertThat(b.health()).isInstanceOf(Health.Down.class);
        broken.clear();
        time.pass(33, SECONDS);
        assertThat(draws(1_000).get("b")).isGreaterThan(250);
        assertThat(events.lines()).containsExactly("down b", "up b after " + upAfter() + " s");
    }

    /** A stop interrupts what a check waits for; nothing is learnt of the peer by that, and the log must not cry wolf. */
    @Test
    void aCheckThatIsEndedWithTheGroupSaysNothing() {
        duringProbe = group::stop;
        broken.put("a", failure("DOWN"));
        group.check(a);
        time.pass(1, SECONDS);
        assertThat(asked).contains("a");
        assertThat(a.health()).isInstanceOf(Health.Up.class);
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aPeerThatWasBeingAskedWhenTheGroupEndedIsAskedAgainWithTheNextStart() {
        broken.put("b", failure("DOWN"));
        group.connectFailed(b, Verdicts.DOWN, failure("DOWN"));
        duringProbe = group::stop;
        time.pass(33, SECONDS);
        assertThat(b.health()).isInstanceOf(Health.Down.class);
        duringProbe = () -> {};
        broken.clear();
        group.start();
        time.pass(1, SECONDS);
        assertThat(b.health()).isInstanceOf(Health.Up.class);
    }

    private long upAfter() {
        String line = events.lines().get(events.lines().size() - 1);
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    @Test
    void asksEveryPeerOnceInEachIntervalWithTenPercentOfJitter() {
        time.pass(3_000, SECONDS);
        for (String name : List.of("a", "b", "c")) {
            assertThat(asked.stream().filter(name::equals).count()).isBetween(91L, 111L);
        }
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRegularCheckThatFailsTakesThePeerOutWithoutAnyApplicationsError() {
        broken.put("c", failure("DOWN"));
        time.pass(34, SECONDS);
        assertThat(events.lines()).containsExactly("down c");
        assertThat(draws(1_000)).containsOnlyKeys("a", "b");
    }

    @Test
    void aBrokenConnectionIsASuspicionThatACheckClears() {
        group.failed(a, a.generation(), Verdicts.SUSPECT, failure("08S01"));
        assertThat(draws(1_000)).containsOnlyKeys("b", "c");
        time.runReady();
        assertThat(draws(1_000)).containsOnlyKeys("a", "b", "c");
        assertThat(events.lines()).containsExactly("suspected a", "cleared a");
    }

    @Test
    void aSuspicionThatACheckConfirmsTakesThePeerOut() {
        broken.put("a", failure("DOWN"));
        group.failed(a, a.generation(), Verdicts.SUSPECT, failure("08S01"));
        time.runReady();
        assertThat(a.health()).isInstanceOf(Health.Down.class);
        assertThat(events.lines()).containsExactly("suspected a", "down a");
    }

    private static SQLException silence() {
        return new SQLException("no answer", "DOWN", new SocketTimeoutException("timed out"));
    }

    /** A greeting that comes late is no death: who was silent once is asked at once again. */
    @Test
    void oneSilentCheckIsASuspicionOnly() {
        broken.put("a", silence());
        duringProbe = () -> duringProbe = broken::clear;
        group.check(a);
        time.runReady();
        assertThat(a.health()).isInstanceOf(Health.Up.class);
        assertThat(asked).containsExactly("a", "a");
        assertThat(events.lines()).containsExactly("suspected a", "cleared a");
    }

    @Test
    void twoSilentChecksInARowTakeThePeerOut() {
        broken.put("a", silence());
        group.check(a);
        time.runReady();
        assertThat(asked).containsExactly("a", "a");
        assertThat(a.health()).isInstanceOf(Health.Down.class);
        assertThat(events.lines()).containsExactly("suspected a", "down a");
    }

    @Test
    void aSilentPeerWhoseConnectionsMoveServesOnAndIsOnlyNotConnectedTo() {
        broken.put("a", silence());
        moves = true;
        group.connectFailed(a, Verdicts.DOWN, silence());
        time.pass(100, SECONDS);
        assertThat(a.health()).isInstanceOf(Health.Refusing.class);
        assertThat(draws(1_000)).containsOnlyKeys("a", "b", "c");
        assertThat(connectOrder()).endsWith("a");
        moves = false;
        time.pass(40, SECONDS);
        assertThat(a.health()).as("once nothing moves any more").isInstanceOf(Health.Down.class);
        assertThat(events.lines()).containsExactly("suspected a", "refusing a", "suspected a", "down a");
    }

    @Test
    void aPeerOfLastResortIsDealtWhenThereIsNobodyElse() {
        lastResorts.put("a", failure("donor"));
        group.check(a);
        time.runReady();
        assertThat(draws(1_000)).containsOnlyKeys("b", "c");
        assertThat(connectOrder()).endsWith("a");
        group.failed(b, b.generation(), Verdicts.SUSPECT, failure("08S01"));
        group.drain(c);
        assertThat(draws(1_000)).containsOnlyKeys("b");
        group.drain(b);
        assertThat(draws(1_000)).containsOnlyKeys("a");
        lastResorts.clear();
        time.pass(34, SECONDS);
        assertThat(a.health()).isInstanceOf(Health.Up.class);
        assertThat(events.lines())
                .containsExactly("last resort a", "suspected b", "drained c", "drained b", "in full order a");
    }

    @Test
    void aPeerThatComesBackAsTheLastResortIsUpAndThatIsSaid() {
        broken.put("b", failure("DOWN"));
        group.connectFailed(b, Verdicts.DOWN, failure("DOWN"));
        broken.clear();
        lastResorts.put("b", failure("donor"));
        time.pass(33, SECONDS);
        assertThat(events.lines()).containsExactly("down b", "up b after " + b(events) + " s", "last resort b");
        broken.put("b", failure("FULL"));
        time.pass(33, SECONDS);
        assertThat(draws(1_000)).as("full, and not better for that").containsOnlyKeys("a", "c");
        broken.put("b", failure("DOWN"));
        time.pass(33, SECONDS);
        assertThat(b.health()).isInstanceOf(Health.Down.class);
    }

    /** All load goes there while nobody else can serve, and room may come at any moment. */
    @Test
    void aFullPeerOfLastResortIsAskedAgainAfterAMoment() {
        lastResorts.put("a", failure("donor"));
        group.check(a);
        time.pass(2, SECONDS);
        asked.clear();
        broken.put("a", failure("FULL"));
        group.connectFailed(a, Verdicts.FULL, failure("FULL"));
        time.pass(5, SECONDS);
        assertThat(asked).hasSizeBetween(5, 6);
        long full = time.nanos();
        broken.clear();
        time.pass(1, SECONDS);
        assertThat(a.wasWellAfter(full)).isTrue();
        asked.clear();
        time.pass(20, SECONDS);
        assertThat(asked).as("the moments are over").doesNotContain("a");
        assertThat(a.health()).isInstanceOf(Health.LastResort.class);
        assertThat(events.lines()).containsExactly("last resort a");
    }

    /** What comes in between plans a check of its own, for later. */
    @Test
    void aWantedCheckIsNotPutOff() {
        group.askSoon(a);
        time.pass(100, TimeUnit.MILLISECONDS);
        group.askSoon(a);
        group.connectFailed(a, Verdicts.SOUND, failure("SOUND"));
        time.pass(1, SECONDS);
        assertThat(asked).containsExactly("a", "a");
        assertThat(a.health()).isInstanceOf(Health.Up.class);
    }

    /** A setting is mended while a check asks with what it was before. */
    @Test
    void aPeerThatIsReconsideredWhileItIsAskedIsAskedOnceMore() {
        for (String state : List.of("SOUND", "DOWN")) {
            Peer peer = state.equals("DOWN") ? a : b;
            broken.put(peer.name(), failure(state));
            group.connectFailed(peer, Verdicts.sort(failure(state), Phase.CONNECT), failure(state));
            duringProbe = () -> {
                duringProbe = broken::clear;
                group.reconsider(peer);
                time.runReady();
            };
            group.check(peer);
            time.pass(1, SECONDS);
            assertThat(peer.health()).as(state).isInstanceOf(Health.Up.class);
        }
    }

    @Test
    void soIsOneOfWhichTheCheckFindsOutThatItLetsNobodyIn() {
        broken.put("a", failure("SOUND"));
        duringProbe = () -> {
            duringProbe = broken::clear;
            group.reconsider(a);
            time.runReady();
        };
        group.check(a);
        time.runReady();
        assertThat(a.health()).isInstanceOf(Health.Refusing.class);
        time.pass(1, SECONDS);
        assertThat(a.health()).isInstanceOf(Health.Up.class);
    }

    private static long b(Recorder events) {
        return Long.parseLong(events.lines().get(1).replaceAll("\\D", ""));
    }

    @Test
    void aDrainedPeerIsSilentIfItIsSoTwice() {
        group.drain(a);
        broken.put("a", silence());
        group.check(a);
        time.runReady();
        assertThat(asked).containsExactly("a", "a");
        assertThat(a.health())
                .isInstanceOfSatisfying(
                        Health.Drained.class,
                        drained -> assertThat(drained.silences()).isEqualTo(2));
    }

    @Test
    void dealsSuspectedPeersWhenThereIsNobodyElse() {
        for (Peer peer : group.peers()) {
            group.failed(peer, peer.generation(), Verdicts.SUSPECT, failure("08S01"));
        }
        assertThat(draws(1_000)).containsOnlyKeys("a", "b", "c");
        assertThat(events.lines()).doesNotContain("all down");
    }

    @Test
    void oneFailureMakesEveryOtherConnectionOfThePeerDoubtfulAndOldNewsAreIgnored() {
        long before = a.generation();
        group.failed(a, before, Verdicts.SUSPECT, failure("08S01"));
        assertThat(a.generation()).isGreaterThan(before);
        time.runReady();
        group.failed(a, before, Verdicts.DOWN, failure("DOWN"));
        assertThat(a.health()).isInstanceOf(Health.Up.class);
    }

    /** A check began while the peer was up and finds it well; meanwhile the peer was found down. The younger news win. */
    @Test
    void aLateAnswerDoesNotUndoAYoungerFailure() {
        duringProbe = () -> group.connectFailed(a, Verdicts.DOWN, failure("DOWN"));
        group.check(a);
        time.runReady();
        assertThat(a.health()).isInstanceOf(Health.Down.class);
        assertThat(events.lines()).containsExactly("down a");
    }

    @Test
    void aStatementsFailureSaysNothingOfThePeer() {
        group.failed(
                a, a.generation(), new Verdict("statement", false, Verdict.Standing.SOUND, false), failure("SOUND"));
        assertThat(a.health()).isInstanceOf(Health.Up.class);
    }

    @Test
    void aFullPeerKeepsItsWorkAndIsAskedAgainAfterAMoment() {
        group.connectFailed(a, Verdicts.FULL, failure("FULL"));
        assertThat(draws(1_000)).containsOnlyKeys("a", "b", "c");
        assertThat(connectOrder()).endsWith("a");
        time.pass(2, SECONDS);
        assertThat(events.lines()).containsExactly("refusing a", "admitting a");
    }

    @Test
    void wrongCredentialsOnOnePeerDoNotTakeItOutOfService() {
        broken.put("b", failure("SOUND"));
        group.connectFailed(b, Verdicts.SOUND, failure("SOUND"));
        time.pass(100, SECONDS);
        assertThat(b.health()).isInstanceOf(Health.Refusing.class);
        assertThat(draws(1_000)).containsKey("b");
        assertThat(events.lines()).containsExactly("refusing b");
    }

    private List<String> connectOrder() {
        List<String> order = new ArrayList<>();
        Set<Peer> tried = new HashSet<>();
        for (Peer next = group.drawForConnect(tried); next != null; next = group.drawForConnect(tried)) {
            order.add(next.name());
            tried.add(next);
        }
        return order;
    }

    @Test
    void opensNewConnectionsWhereThereAreFewestForTheWeight() {
        group = group(1, 2, 1);
        a = group.peers().get(0);
        b = group.peers().get(1);
        c = group.peers().get(2);
        for (int i = 0; i < 40; i++) {
            Peer next = group.drawForConnect(Set.of());
            Objects.requireNonNull(next).reserve();
        }
        assertThat(List.of(a.connections(), b.connections(), c.connections())).containsExactly(10, 20, 10);
    }

    @Test
    void neverOpensAConnectionToAPeerThatIsDownOrDrained() {
        group.connectFailed(a, Verdicts.DOWN, failure("DOWN"));
        group.drain(b);
        assertThat(connectOrder()).containsExactly("c");
    }

    @Test
    void aDrainedPeerGetsNoWorkUntilItIsResumedAndFoundWell() {
        group.drain(b);
        time.pass(300, SECONDS);
        assertThat(draws(1_000)).containsOnlyKeys("a", "c");
        assertThat(asked).doesNotContain("b");
        group.resume(b);
        assertThat(draws(1_000)).containsOnlyKeys("a", "c");
        time.runReady();
        assertThat(draws(1_000)).containsKey("b");
        assertThat(events.lines()).containsExactly("drained b", "resumed b", "up b after 0 s");
    }

    @Test
    void aFailureDoesNotEndTheOperatorsDrain() {
        group.drain(b);
        group.connectFailed(b, Verdicts.DOWN, failure("DOWN"));
        group.failed(b, b.generation(), Verdicts.SUSPECT, failure("08S01"));
        assertThat(b.health()).isInstanceOf(Health.Drained.class);
    }

    @Test
    void drawsNobodyWhenAllAreDownAndSaysSoOnce() {
        for (Peer peer : group.peers()) {
            group.connectFailed(peer, Verdicts.DOWN, failure("DOWN"));
            group.connectFailed(peer, Verdicts.DOWN, failure("DOWN"));
        }
        assertThat(group.draw()).isNull();
        assertThat(group.drawForConnect(Set.of())).isNull();
        assertThat(events.lines()).containsExactly("down a", "down b", "down c", "all down");
    }

    @Test
    void aDriverThatBreaksInACheckDoesNotEndTheChecks() {
        PeerGroup fragile = new PeerGroup(
                List.of(new NamedEndpoint("a", 1)),
                new RandomSelection(),
                SECONDS.toNanos(30),
                time,
                random::nextInt,
                events,
                time,
                peer -> {
                    asked.add("fragile");
                    throw new IllegalStateException("a bug in a driver");
                },
                Verdicts::sort);
        fragile.start();
        time.pass(100, SECONDS);
        assertThat(asked.stream().filter("fragile"::equals).count()).isGreaterThanOrEqualTo(2);
        assertThat(fragile.peers().get(0).health()).isInstanceOf(Health.Down.class);
    }

    @Test
    void stoppingLeavesNothingPlanned() {
        group.connectFailed(a, Verdicts.DOWN, failure("DOWN"));
        group.stop();
        assertThat(time.plans()).isZero();
        time.pass(300, SECONDS);
        assertThat(asked).isEmpty();
    }

    @Test
    void everyFailureIsCountedAndTold() {
        group.failed(a, a.generation(), Verdicts.SUSPECT, failure("08S01"));
        group.failed(a, a.generation() - 1, Verdicts.SUSPECT, failure("08S01"));
        group.silent(a, a.generation(), Verdicts.SUSPECT, silence());
        group.connectFailed(a, Verdicts.FULL, failure("FULL"));
        broken.put("a", failure("DOWN"));
        time.runReady();
        assertThat(a.failures()).containsOnly(Map.entry("link lost", 3L), Map.entry("full", 1L), Map.entry("down", 1L));
        assertThat(events.failures())
                .containsExactly("link lost of a", "link lost of a", "link lost of a", "full of a", "down of a");
    }

    @Test
    void aPingWithoutAnAnswerIsASuspicionOfSilence() {
        long generation = a.generation();
        group.silent(a, generation, Verdicts.SUSPECT, silence());
        assertThat(a.health())
                .isInstanceOfSatisfying(
                        Health.Suspected.class,
                        suspected -> assertThat(suspected.silent()).isTrue());
        assertThat(a.generation()).isEqualTo(generation + 1);
        broken.put("a", silence());
        time.runReady();
        assertThat(asked).containsExactly("a");
        assertThat(a.health()).as("silent twice").isInstanceOf(Health.Down.class);
    }

    @Test
    void aPingOfAnOlderGenerationIsOldNews() {
        group.silent(a, a.generation() - 1, Verdicts.SUSPECT, silence());
        time.runReady();
        assertThat(asked).isEmpty();
        assertThat(a.health()).isInstanceOf(Health.Up.class);
        assertThat(a.generation()).isZero();
    }

    @Test
    void aLoginWithoutAnAnswerIsAskedAboutOnce() {
        group.connectFailed(a, Verdicts.DOWN, silence());
        group.connectFailed(a, Verdicts.DOWN, silence());
        time.runReady();
        assertThat(asked).containsExactly("a");
        assertThat(events.lines()).containsExactly("suspected a", "cleared a");
    }

    @Test
    void whatCanBeForgedIsAskedAboutAndNoMore() {
        group.failed(a, a.generation(), Verdicts.ASK, failure("08S01"));
        assertThat(a.health()).isInstanceOf(Health.Up.class);
        time.pass(1, SECONDS);
        assertThat(asked).containsExactly("a");
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aLastResortStaysWhatItIsUntilItIsAsked() {
        group.lastResort(a, failure("donor"));
        group.lastResort(a, failure("donor"));
        lastResorts.put("a", failure("donor"));
        group.failed(a, a.generation(), Verdicts.SUSPECT, failure("08S01"));
        assertThat(a.generation()).as("its connections are doubtful").isEqualTo(1);
        time.runReady();
        group.connectFailed(a, Verdicts.DOWN, silence());
        time.runReady();
        assertThat(asked).containsExactly("a", "a");
        assertThat(a.health()).isInstanceOf(Health.LastResort.class);
        assertThat(events.lines()).containsExactly("last resort a");
    }

    @Test
    void oneThatIsOutIsNoLastResort() {
        group.drain(a);
        group.drain(a);
        group.lastResort(a, failure("donor"));
        assertThat(a.health()).isInstanceOf(Health.Drained.class);
        assertThat(events.lines()).containsExactly("drained a");
    }

    @Test
    void aPeerThatFailedIsLeftAloneForAnInterval() {
        time.pass(20, SECONDS);
        asked.clear();
        broken.put("b", failure("DOWN"));
        long generation = b.generation();
        group.connectFailed(b, Verdicts.DOWN, failure("DOWN"));
        assertThat(b.generation()).isEqualTo(generation + 1);
        assertThat(b.health())
                .isInstanceOfSatisfying(
                        Health.Down.class,
                        down -> assertThat(down.nextCheck() - time.nanos())
                                .isBetween(SECONDS.toNanos(27), SECONDS.toNanos(33)));
        time.pass(26, SECONDS);
        assertThat(asked).doesNotContain("b");
        time.pass(7, SECONDS);
        assertThat(asked).contains("b");
    }

    @Test
    void aFailureThatSaysThatThePeerCannotServeTakesItOut() {
        group.failed(a, a.generation(), Verdicts.DOWN, failure("DOWN"));
        assertThat(a.health()).isInstanceOf(Health.Down.class);
        assertThat(draws(1_000)).containsOnlyKeys("b", "c");
    }

    /** Its connections move, and that logins take too long is known. */
    @Test
    void aPeerThatIsKnownToBeSlowIsNotAskedForEachLogin() {
        broken.put("a", silence());
        moves = true;
        group.check(a);
        time.runReady();
        assertThat(a.health()).isInstanceOf(Health.Refusing.class);
        asked.clear();
        group.connectFailed(a, Verdicts.DOWN, silence());
        time.runReady();
        assertThat(asked).isEmpty();
        assertThat(a.health()).isInstanceOf(Health.Refusing.class);
    }

    @Test
    void aFullPeerRefusesForASecond() {
        group.connectFailed(a, Verdicts.FULL, failure("FULL"));
        assertThat(a.health())
                .isInstanceOfSatisfying(
                        Health.Refusing.class,
                        refusing -> assertThat(refusing.until() - time.nanos()).isEqualTo(SECONDS.toNanos(1)));
    }

    @Test
    void aSuspectedPeerKeepsItsConnectionsThatAnswer() {
        group.failed(a, a.generation(), Verdicts.SUSPECT, failure("08S01"));
        assertThat(group.serves(a)).isFalse();
        assertThat(group.keeps(a)).isTrue();
        assertThat(group.mayServe(a)).isTrue();
        group.drain(a);
        assertThat(group.keeps(a)).isFalse();
        assertThat(group.mayServe(a)).isFalse();
        group.lastResort(b, failure("donor"));
        assertThat(group.keeps(b)).isFalse();
        assertThat(group.mayServe(b)).isTrue();
    }

    @Test
    void connectsFirstWhereItIsMostLikelyToBeLetIn() {
        group.lastResort(a, failure("donor"));
        group.connectFailed(b, Verdicts.FULL, failure("FULL"));
        assertThat(connectOrder()).containsExactly("c", "b", "a");
        group.failed(c, c.generation(), Verdicts.SUSPECT, failure("08S01"));
        assertThat(connectOrder()).containsExactly("c", "b", "a");
    }

    @Test
    void aCheckThatFoundAPeerWellCountsFromWhenItBegan() {
        group.check(a);
        long before = time.nanos();
        assertThat(a.wasWellAfter(before)).isFalse();
        time.pass(1, TimeUnit.MILLISECONDS);
        assertThat(a.wasWellAfter(before - 1)).isTrue();
        assertThat(a.wasWellAfter(before)).as("at the same time").isFalse();
    }

    @Test
    void whatACheckFoundOfADrainedPeerGivesWayToWhatTheNextOneFinds() {
        group.drain(a);
        broken.put("a", failure("DOWN"));
        group.check(a);
        time.runReady();
        assertThat(a.health().cause()).isSameAs(broken.get("a"));
        broken.clear();
        group.check(a);
        time.runReady();
        assertThat(a.health().cause()).isNull();
    }
}
