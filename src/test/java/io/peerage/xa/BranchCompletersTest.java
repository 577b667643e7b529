/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.server.ServerId;
import io.peerage.xa.Decision.Outcome;
import io.peerage.xa.Decision.Verb;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How decisions reach the peer that holds the branch, whatever stands in the way. */
class BranchCompletersTest {

    private static final LostSession LOST = new LostSession(7, 0, 0, "app");
    private static final ServerId FIRST = new ServerId("first", false);
    private static final ServerId SECOND = new ServerId("second", false);
    private static final ServerId THIRD = new ServerId("third", false);

    private final FakeServers servers = new FakeServers(1);
    private final Peer peer = servers.peers.get(0);
    private final List<Decision> astray = new ArrayList<>();
    private final BranchCompleters completers = new BranchCompleters(servers.group(servers.time), astray::addAll);
    private final BranchXid xid = FakeServers.xid("x");
    private Holder holder = new Holder(peer, null);

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(servers.open).isZero();
    }

    private Decision decide(Verb verb, @Nullable LostSession session, boolean sent) {
        servers.table.hold(xid, holder);
        Decision decision = submit(xid, verb, Credentials.CONFIGURED, session, sent);
        servers.time.settle();
        return decision;
    }

    private Decision submit(
            BranchXid branch, Verb verb, Credentials credentials, @Nullable LostSession session, boolean sent) {
        return completers.submit(
                new Decision(branch, verb, holder, credentials, session, true, sent, servers.time.nanos()));
    }

    private Decision rollBackUnvoted(BranchXid branch) {
        return completers.submit(new Decision(
                branch, Verb.ROLLBACK, holder, Credentials.CONFIGURED, LOST, false, false, servers.time.nanos()));
    }

    private static @Nullable Outcome outcome(Decision decision) {
        return decision.outcome().getNow(null);
    }

    @ParameterizedTest
    @EnumSource
    void completesWhatThePeerLists(Verb verb) {
        servers.preparedOn(0).add(xid);
        assertThat(outcome(decide(verb, null, false))).isEqualTo(Outcome.DONE);
        assertThat(servers.preparedOn(0)).isEmpty();
        assertThat(servers.told).containsExactly("p0: connect", "p0: list", "p0: " + verb);
    }

    @ParameterizedTest
    @EnumSource
    void sendsNothingForWhatThePeerDoesNotList(Verb verb) {
        assertThat(outcome(decide(verb, null, true))).isEqualTo(Outcome.DONE);
        assertThat(outcome(decide(verb, null, false))).isEqualTo(Outcome.GONE);
        assertThat(servers.told).doesNotContain("p0: " + verb);
    }

    @Test
    void triesUntilThePeerReturns() {
        servers.preparedOn(0).add(xid);
        servers.unreachable.add(peer);
        Decision decision = decide(Verb.COMMIT, null, false);
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(decision.outcome()).isNotDone();
        assertThat(decision.obstacle()).hasMessage("connection refused");
        assertThat((long) servers.told.size()).as("connects within an hour").isBetween(3_600 / 7L, 3_600 / 6L);
        servers.unreachable.clear();
        servers.time.pass(7, TimeUnit.SECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        servers.told.clear();
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(servers.told).isEmpty();
    }

    /** However many there are, a peer that is down is asked by one connection at a time. */
    @Test
    void manyDecisionsShareAConnection() {
        servers.unreachable.add(peer);
        for (int i = 0; i < 100; i++) {
            BranchXid other = FakeServers.xid("x" + i);
            servers.preparedOn(0).add(other);
            submit(other, Verb.COMMIT, Credentials.CONFIGURED, null, false);
        }
        servers.time.settle();
        servers.unreachable.clear();
        servers.told.clear();
        servers.time.pass(7, TimeUnit.SECONDS);
        assertThat(servers.preparedOn(0)).isEmpty();
        assertThat(servers.told.stream().filter(words -> words.equals("p0: connect")))
                .hasSize(1);
    }

    @Test
    void eachUserHasAConnectionOfItsOwn() {
        BranchXid other = FakeServers.xid("other");
        servers.preparedOn(0).add(xid);
        servers.preparedOn(0).add(other);
        submit(other, Verb.ROLLBACK, new Credentials("eve", "pw"), null, false);
        decide(Verb.COMMIT, null, false);
        assertThat(servers.preparedOn(0)).isEmpty();
        assertThat(servers.told.stream().filter(words -> words.equals("p0: connect")))
                .hasSize(2);
    }

    /** The connection breaks on the way: whether the verb ran, the list tells. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aVerbWhoseAnswerWasLostIsSentAgainOnlyIfItDidNotRun(boolean ran) {
        servers.preparedOn(0).add(xid);
        servers.nextFailure = new SQLException("link lost", "08S01");
        servers.carriedOutAllTheSame = ran;
        Decision decision = decide(Verb.COMMIT, null, false);
        assertThat(decision.outcome()).isNotDone();
        servers.time.pass(100, TimeUnit.MILLISECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        assertThat(servers.told.stream().filter(words -> words.equals("p0: COMMIT")))
                .hasSize(ran ? 1 : 2);
    }

    @Test
    void aBranchInTheHandOfAStrangerIsWaitedFor() {
        servers.preparedOn(0).add(xid);
        servers.inHand.put(99L, xid);
        Decision decision = decide(Verb.COMMIT, null, false);
        assertThat(decision.outcome()).isNotDone();
        servers.inHand.clear();
        servers.time.pass(1, TimeUnit.SECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
    }

    @Test
    void theOwnSessionIsEndedBeforeAnythingCounts() {
        servers.preparedOn(0).add(xid);
        servers.inHand.put(7L, xid);
        servers.killsNeeded = 1;
        Decision decision = decide(Verb.COMMIT, LOST, true);
        assertThat(servers.told).containsExactly("p0: connect", "p0: end 7", "p0: list");
        servers.time.pass(100, TimeUnit.MILLISECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        assertThat(servers.told).endsWith("p0: end 7", "p0: list", "p0: COMMIT");
    }

    /** The words of a session that is still there may have their effect yet: an XA PREPARE that comes late. */
    @Test
    void aRollbackIsNotDoneWhileThePrepareMayStillArrive() {
        servers.killsNeeded = 1;
        Decision decision = decide(Verb.ROLLBACK, LOST, false);
        assertThat(decision.outcome()).isNotDone();
        servers.preparedOn(0).add(xid);
        servers.time.pass(100, TimeUnit.MILLISECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        assertThat(servers.preparedOn(0)).isEmpty();
    }

    /** MariaDB's 1402 for a branch that changed nothing. */
    @Test
    void rolledBackOfAPreparedBranchMeansThatItChangedNothing() {
        servers.preparedOn(0).add(xid);
        servers.nextFailure = FakeServers.answer(XAException.XA_RBROLLBACK);
        assertThat(outcome(decide(Verb.COMMIT, null, false))).isEqualTo(Outcome.DONE);
    }

    @Test
    void somebodyElseWasFaster() {
        servers.preparedOn(0).add(xid);
        servers.nextFailure = FakeServers.answer(XAException.XAER_NOTA);
        servers.carriedOutAllTheSame = true;
        assertThat(outcome(decide(Verb.COMMIT, null, false))).isEqualTo(Outcome.GONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, XAException.XAER_RMERR, XAException.XAER_RMFAIL, XAException.XAER_INVAL})
    void anyOtherAnswerIsTriedAgain(int code) {
        servers.preparedOn(0).add(xid);
        servers.nextFailure = FakeServers.answer(code);
        Decision decision = decide(Verb.COMMIT, null, false);
        assertThat(decision.outcome()).isNotDone();
        assertThat(decision.obstacle()).hasMessage("the server refused");
        servers.time.pass(100, TimeUnit.MILLISECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
    }

    @Test
    void aLostPeerIsLeftAloneUntilItIsResumed() {
        servers.preparedOn(0).add(xid);
        servers.lost.add(peer);
        Decision decision = decide(Verb.COMMIT, null, false);
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(servers.told).isEmpty();
        servers.lost.clear();
        completers.hurry(peer);
        servers.time.settle();
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
    }

    private void preparedOn(ServerId server) {
        holder = new Holder(peer, server);
        servers.held.computeIfAbsent(server, any -> new HashSet<>()).add(xid);
    }

    private long connects() {
        return servers.told.stream()
                .filter(words -> words.equals("p0: connect"))
                .count();
    }

    /** One that does not list the branch does not know what became of it, nor whose session has that number there. */
    @ParameterizedTest
    @EnumSource
    void anotherServerBehindTheAddressSaysNothingOfTheBranch(Verb verb) {
        preparedOn(FIRST);
        servers.behind.add(SECOND);
        Decision decision = decide(verb, LOST, true);
        assertThat(decision.outcome()).isNotDone();
        assertThat(decision.obstacle())
                .hasMessageContaining("could not reach the server first behind peer p0")
                .hasMessageContaining("leads to second");
        assertThat(servers.told).doesNotContain("p0: end 7");
        assertThat(connects()).isEqualTo(4);
        assertThat(astray).containsExactly(decision);

        servers.behind.set(0, FIRST);
        servers.time.pass(100, TimeUnit.MILLISECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        assertThat(servers.held.get(FIRST)).isEmpty();
    }

    @Test
    void aBalancerIsAskedUntilItLeadsToTheServer() {
        preparedOn(FIRST);
        servers.behind.addAll(List.of(SECOND, SECOND, FIRST));
        assertThat(outcome(decide(Verb.COMMIT, null, false))).isEqualTo(Outcome.DONE);
        assertThat(servers.held.get(FIRST)).isEmpty();
        assertThat(servers.told.stream().filter(words -> words.equals("p0: avoid")))
                .hasSize(2);
    }

    @Test
    void goneIsWhatTheServerOfTheBranchSays() {
        holder = new Holder(peer, FIRST);
        servers.behind.addAll(List.of(SECOND, FIRST));
        assertThat(outcome(decide(Verb.COMMIT, null, false))).isEqualTo(Outcome.GONE);
        assertThat(connects()).isEqualTo(2);
    }

    /** A replica that has taken its origin's place, and its address. */
    @Test
    void aServerThatTookTheOriginsPlaceFinishesWhatItLists() {
        holder = new Holder(peer, FIRST);
        servers.behind.add(SECOND);
        servers.held.computeIfAbsent(SECOND, any -> new HashSet<>()).add(xid);
        servers.readOnly.add(peer);
        Decision decision = decide(Verb.COMMIT, null, false);
        servers.time.pass(60, TimeUnit.SECONDS);
        assertThat(decision.outcome()).isNotDone();
        servers.readOnly.clear();
        servers.time.pass(7, TimeUnit.SECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        assertThat(servers.held.get(SECOND)).isEmpty();
    }

    /** Two primaries behind a balancer: on the one that prepared it, the lost session may have the branch in hand. */
    @Test
    void theOriginIsLookedForBeforeAnotherServerIsTold() {
        preparedOn(SECOND);
        preparedOn(FIRST);
        servers.behind.addAll(List.of(SECOND, FIRST));
        servers.killsNeeded = 1;
        Decision decision = decide(Verb.COMMIT, LOST, false);
        assertThat(decision.outcome()).isNotDone();
        assertThat(servers.held.get(SECOND)).containsExactly(xid);
        servers.time.pass(100, TimeUnit.MILLISECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        assertThat(servers.held.get(FIRST)).isEmpty();
        assertThat(servers.held.get(SECOND)).containsExactly(xid);
    }

    @Test
    void anotherServerIsToldOnlyAfterAWhile() {
        preparedOn(SECOND);
        preparedOn(FIRST);
        servers.behind.add(SECOND);
        Decision decision = decide(Verb.COMMIT, LOST, true);
        servers.time.pass(CompletionAttempt.ORIGIN_FIRST_NANOS - 1, TimeUnit.NANOSECONDS);
        assertThat(decision.outcome()).isNotDone();
        assertThat(servers.held.get(SECOND)).containsExactly(xid);
        servers.time.pass(7, TimeUnit.SECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        assertThat(servers.held.get(SECOND)).isEmpty();
        assertThat(servers.table.holder(xid)).isNull();
        assertThat(servers.table.decision(xid)).isNull();
    }

    /** Nothing is guessed. */
    @Test
    void ofTwoOtherServersThatListItNoneIsTold() {
        preparedOn(SECOND);
        preparedOn(THIRD);
        preparedOn(FIRST);
        servers.behind.addAll(List.of(SECOND, THIRD));
        Decision decision = decide(Verb.COMMIT, LOST, true);
        servers.time.pass(5, TimeUnit.MINUTES);
        assertThat(decision.outcome()).isNotDone();
        assertThat(servers.told).doesNotContain("p0: COMMIT");
    }

    /** A balancer that counts connections leads all to the same server unless those before stay open. */
    @Test
    void theConnectionsOfAnAttemptStayOpenAsManyAsThereAreServers() {
        List<ServerId> six = IntStream.range(0, 6)
                .mapToObj(i -> new ServerId("server " + i, false))
                .toList();
        preparedOn(six.get(5));
        servers.seen.put(peer, Set.copyOf(six));
        servers.behind.addAll(six);
        assertThat(outcome(decide(Verb.COMMIT, null, false))).isEqualTo(Outcome.DONE);
        assertThat(servers.peak).isEqualTo(6);
    }

    /** A user who may have one connection at a time only. */
    @Test
    void aConnectionThatIsRefusedAfterOthersEndsTheLookOnly() {
        preparedOn(FIRST);
        servers.behind.add(SECOND);
        servers.mostOpen = 1;
        Decision decision = decide(Verb.COMMIT, null, false);
        assertThat(decision.obstacle()).hasMessageContaining("leads to second");
        assertThat(decision.outcome()).isNotDone();
        Decision unvoted = rollBackUnvoted(FakeServers.xid("y"));
        servers.time.pass(2, TimeUnit.MINUTES);
        assertThat(outcome(unvoted)).isEqualTo(Outcome.GONE);
    }

    /** Where a failover behind the address leaves its server for good, what was voted for is kept; all else is not. */
    @Test
    void aRollbackOfWhatNeverVotedIsGivenUpIfItsServerIsNeverMet() {
        holder = new Holder(peer, FIRST);
        servers.behind.add(SECOND);
        Decision unvoted = rollBackUnvoted(FakeServers.xid("y"));
        Decision voted = decide(Verb.COMMIT, LOST, false);
        servers.time.pass(80, TimeUnit.SECONDS);
        assertThat(unvoted.outcome()).isNotDone();
        servers.time.pass(20, TimeUnit.SECONDS);
        assertThat(outcome(unvoted)).isEqualTo(Outcome.GONE);
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(voted.outcome()).isNotDone();
        assertThat(servers.table.decision(unvoted.xid())).isNull();
        assertThat(servers.table.decision(voted.xid())).isSameAs(voted);
    }

    /** Each new decision makes the next attempt begin at once. */
    @Test
    void aLatePrepareIsLookedForAsLongHoweverManyAttemptsThereAre() {
        servers.uncertain = true;
        Decision decision = rollBackUnvoted(xid);
        for (int i = 0; i < 100; i++) {
            completers.hurry(peer);
            servers.time.settle();
        }
        assertThat(decision.outcome()).isNotDone();
        servers.time.pass(80, TimeUnit.SECONDS);
        assertThat(decision.outcome()).isNotDone();
        servers.preparedOn(0).add(xid);
        servers.time.pass(7, TimeUnit.SECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
    }

    /** A standby of the same data knows nothing of it. */
    @Test
    void whatAStandbyDoesNotListIsNotGone() {
        preparedOn(FIRST);
        servers.behind.add(FIRST.asStandby());
        Decision decision = decide(Verb.COMMIT, null, true);
        servers.time.pass(1, TimeUnit.HOURS);
        assertThat(decision.outcome()).isNotDone();
        servers.behind.set(0, FIRST);
        servers.time.pass(7, TimeUnit.SECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
        assertThat(servers.held.get(FIRST)).isEmpty();
    }

    /** What one statement does not find may be on the server that answers the next. */
    @Test
    void throughAProxyThatLendsSessionsNothingIsCalledGone() {
        servers.lent = true;
        Decision decision = decide(Verb.COMMIT, LOST, true);
        assertThat(decision.outcome()).isNotDone();
        assertThat(decision.obstacle()).hasMessageContaining("lends sessions");
        assertThat(servers.told).doesNotContain("p0: end 7");
        servers.preparedOn(0).add(xid);
        servers.time.pass(100, TimeUnit.MILLISECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
    }

    /** MySQL without XA_RECOVER_ADMIN. */
    @ParameterizedTest
    @EnumSource
    void aServerThatListsNothingIsToldAllTheSame(Verb verb) {
        servers.listsNothing = true;
        servers.preparedOn(0).add(xid);
        assertThat(outcome(decide(verb, LOST, false))).isEqualTo(Outcome.DONE);
        assertThat(servers.preparedOn(0)).isEmpty();
        assertThat(servers.told).endsWith("p0: end 7", "p0: list", "p0: " + verb);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itsUnknownBranchIsGoneOnceTheSessionIs(boolean sent) {
        servers.listsNothing = true;
        servers.killsNeeded = 1;
        Decision decision = decide(Verb.COMMIT, LOST, sent);
        assertThat(decision.outcome()).isNotDone();
        assertThat(servers.told).doesNotContain("p0: COMMIT");
        servers.time.pass(100, TimeUnit.MILLISECONDS);
        assertThat(outcome(decision)).isEqualTo(sent ? Outcome.DONE : Outcome.GONE);
    }

    /** Another session may have it in hand. */
    @Test
    void itsUnknownBranchIsKeptWhileASessionMayHaveIt() {
        servers.listsNothing = true;
        servers.uncertain = true;
        Decision decision = decide(Verb.COMMIT, LOST, true);
        servers.time.pass(1, TimeUnit.MINUTES);
        assertThat(decision.outcome()).isNotDone();
        servers.preparedOn(0).add(xid);
        servers.time.pass(7, TimeUnit.SECONDS);
        assertThat(outcome(decision)).isEqualTo(Outcome.DONE);
    }

    /** A session that was told to prepare, and cannot be told from others: it is looked for once more, and given up. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatMayBePreparedLateIsLookedForAWhile(boolean late) {
        servers.uncertain = true;
        Decision decision = rollBackUnvoted(xid);
        servers.time.settle();
        assertThat(decision.outcome()).isNotDone();
        if (late) {
            servers.preparedOn(0).add(xid);
        }
        servers.time.pass(5, TimeUnit.MINUTES);
        assertThat(outcome(decision)).isEqualTo(late ? Outcome.DONE : Outcome.GONE);
        assertThat(servers.preparedOn(0)).isEmpty();
    }
}
