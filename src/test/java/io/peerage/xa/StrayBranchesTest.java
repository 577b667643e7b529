/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.xa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.config.RecoveryPolicy;
import io.peerage.connect.Credentials;
import io.peerage.peer.Peer;
import io.peerage.peer.Scheduler;
import io.peerage.server.ServerId;
import io.peerage.xa.Decision.Verb;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Branches whose server is not where it was: after a switchover, or a failover behind one address. */
@Timeout(60)
class StrayBranchesTest {

    private static final ServerId FIRST = new ServerId("first", false);
    private static final ServerId SECOND = new ServerId("second", false);
    private static final Credentials USER = Credentials.CONFIGURED;

    private final FakeServers servers = new FakeServers(3);
    private final Peer one = servers.peers.get(0);
    private final Peer two = servers.peers.get(1);
    private final Peer three = servers.peers.get(2);
    private final BranchXid xid = FakeServers.xid("x");
    private final Recovery recovery =
            new Recovery(servers.group(new AtOnce()), RecoveryPolicy.STRICT, Duration.ZERO, Duration.ofMillis(1));

    /** Runs work when it is handed in, or after the work that hands it in; the rest when a test lets time pass. */
    private final class AtOnce implements Scheduler {
        private final Queue<Runnable> handedIn = new ArrayDeque<>();
        private boolean running;

        @Override
        public void execute(Runnable work) {
            handedIn.add(work);
            if (running) {
                return;
            }
            running = true;
            for (Runnable next = handedIn.poll(); next != null; next = handedIn.poll()) {
                next.run();
            }
            running = false;
        }

        @Override
        public Runnable after(long delayNanos, Runnable work) {
            return servers.time.after(delayNanos, () -> execute(work));
        }
    }

    private void lead(Peer peer, ServerId server) {
        servers.behindPeer.put(peer, List.of(server));
    }

    private Set<BranchXid> on(ServerId server) {
        return servers.held.computeIfAbsent(server, any -> new HashSet<>());
    }

    private BranchXid[] recover() throws XAException {
        return recovery.recover(USER);
    }

    private void commit() throws XAException {
        recovery.complete(xid, Verb.COMMIT, USER);
    }

    private static void fails(ThrowingCallable call, String why) {
        assertThatThrownBy(call)
                .hasMessageContaining(why)
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
    }

    private long sent(String words) {
        return servers.told.stream().filter(words::equals).count();
    }

    /** The first peer is the primary, the other one its standby. */
    private void preparedOnThePrimary() throws XAException {
        on(FIRST).add(xid);
        lead(one, FIRST);
        lead(two, FIRST.asStandby());
        servers.seen.put(one, Set.of(FIRST));
        assertThat(recover()).containsExactly(xid);
    }

    private void preparedOnTheFirstOfTwoServers() throws XAException {
        on(FIRST).add(xid);
        lead(one, FIRST);
        lead(two, SECOND);
        assertThat(recover()).containsExactly(xid);
    }

    private void switchOver() {
        lead(one, FIRST.asStandby());
        lead(two, FIRST);
    }

    @Test
    void recoveryAfterASwitchoverFindsThemOnTheNewPrimary() throws Exception {
        preparedOnThePrimary();
        switchOver();
        assertThat(recover()).containsExactly(xid);
        servers.told.clear();
        commit();
        assertThat(on(FIRST)).isEmpty();
        assertThat(sent("p1: COMMIT")).isEqualTo(1);
        assertThat(sent("p0: connect")).isZero();
        assertThat(recover()).isEmpty();
    }

    @Test
    void aDecisionMadeAfterASwitchoverIsDeliveredToTheNewPrimary() throws Exception {
        preparedOnThePrimary();
        switchOver();
        commit();
        assertThat(on(FIRST)).isEmpty();
        assertThat(sent("p1: COMMIT")).isEqualTo(1);
    }

    /** Payara asks once and never again. */
    @Test
    void aDecisionMadeDuringASwitchoverFollowsByItself() throws Exception {
        preparedOnThePrimary();
        servers.unreachable.add(one);
        fails(this::commit, "the decision is kept");
        lead(one, FIRST.asStandby());
        servers.unreachable.clear();
        servers.time.pass(1, TimeUnit.MINUTES);
        assertThat(on(FIRST)).as("while both are standbys").containsExactly(xid);
        switchOver();
        servers.time.pass(1, TimeUnit.MINUTES);
        assertThat(on(FIRST)).isEmpty();
        commit();
        assertThat(sent("p1: COMMIT")).isEqualTo(1);
    }

    /** No peer may be left out: the branch may be there. */
    @Test
    void nothingIsGoneBecauseAStandbyDoesNotListIt() throws Exception {
        preparedOnThePrimary();
        on(FIRST).clear();
        lead(one, FIRST.asStandby());
        fails(this::commit, "the decision is kept");
        servers.time.pass(1, TimeUnit.HOURS);
        fails(this::commit, "the decision is kept");
    }

    /** Its server is alive and only not met: the other peer repeats it, and should be read-only. */
    @Test
    void anotherPeerGetsNothingWhileTheServerMayBeThere() throws Exception {
        preparedOnTheFirstOfTwoServers();
        ServerId third = new ServerId("third", false);
        servers.seen.put(one, Set.of(FIRST, third));
        lead(one, third);
        on(SECOND).add(xid);
        fails(this::recover, "could not reach the server first");
        fails(this::commit, "the decision is kept");
        servers.time.pass(1, TimeUnit.MINUTES);
        assertThat(on(SECOND)).containsExactly(xid);
    }

    /** A replica took its origin's place and address: it is listed there once the origin has not been met for minutes. */
    @Test
    void afterAFailoverBehindOneAddressRecoveryOpensAgain() throws Exception {
        on(FIRST).add(xid);
        lead(one, FIRST);
        servers.behindPeer.put(two, List.of());
        assertThat(recover()).containsExactly(xid);
        lead(one, SECOND);
        on(SECOND).add(xid);
        servers.seen.put(one, new LinkedHashSet<>(List.of(FIRST, SECOND)));
        fails(this::recover, "could not reach the server first");
        fails(this::recover, "could not reach the server first");
        servers.seen.put(one, Set.of(SECOND));
        fails(this::recover, "could not reach the server first");
        assertThat(recover()).containsExactly(xid);
        commit();
        assertThat(on(SECOND)).isEmpty();
    }

    /** Delivered in the background, when nobody waits for it any more. */
    @Test
    void whatIsFinishedMakesNoServerMissed() throws Exception {
        preparedOnTheFirstOfTwoServers();
        servers.unreachable.add(one);
        fails(this::commit, "the decision is kept");
        servers.unreachable.clear();
        servers.time.pass(10, TimeUnit.SECONDS);
        assertThat(on(FIRST)).isEmpty();
        lead(one, new ServerId("third", false));
        assertThat(recover()).isEmpty();
    }

    @Test
    void whatIsDeclaredLostIsForgotten() throws Exception {
        preparedOnTheFirstOfTwoServers();
        ServerId third = new ServerId("third", false);
        lead(one, third);
        servers.seen.put(one, Set.of(FIRST, third));
        fails(this::recover, "could not reach the server first");
        recovery.declareLost(one);
        recovery.resume(one);
        assertThat(recover()).isEmpty();
        assertThat(servers.seen).doesNotContainKey(one);
    }

    /** Each has its turn, however many are astray. */
    @Test
    void oneThatIsNeverFoundKeepsNoOtherFromBeingFound() throws Exception {
        preparedOnThePrimary();
        BranchXid other = FakeServers.xid("y");
        on(SECOND).add(other);
        lead(three, SECOND);
        assertThat(recover()).containsExactlyInAnyOrder(xid, other);
        servers.unreachable.addAll(List.of(one, three));
        fails(this::commit, "the decision is kept");
        fails(() -> recovery.complete(other, Verb.COMMIT, USER), "the decision is kept");
        lead(one, FIRST.asStandby());
        lead(three, SECOND.asStandby());
        servers.unreachable.clear();
        servers.time.pass(1, TimeUnit.MINUTES);
        assertThat(on(SECOND)).as("while all are standbys").containsExactly(other);
        lead(two, SECOND);
        servers.time.pass(2, TimeUnit.MINUTES);
        assertThat(on(SECOND)).isEmpty();
        assertThat(on(FIRST)).containsExactly(xid);
    }
}
