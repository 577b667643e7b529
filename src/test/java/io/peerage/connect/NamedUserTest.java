/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import io.peerage.server.Readiness;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user meets whom a request names is that user's affair, and nobody else sees anything of it. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NamedUserTest {

    private static final Credentials EVE = Credentials.of("eve", "eve's own");

    private final SimulatedTime time = new SimulatedTime();
    private final Random random = new Random(20261126);
    private final FakePeers peers = new FakePeers(time, random::nextInt, 3, 30);
    private final Peer a = peers.peer(0);
    private final Peer b = peers.peer(1);
    private final Peer c = peers.peer(2);
    private final Acquirer acquirer = new Acquirer("shop", peers.group, peers.logins(peers::open), time, true);
    private final Acquirer impatient = new Acquirer("shop", peers.group, peers.logins(peers::open), time, false);

    /** What eve alone meets, by the peer. */
    private final Map<Peer, SQLException> against = new HashMap<>();

    @BeforeEach
    void start() {
        peers.group.start();
        peers.during = (peer, credentials) -> {
            // a connect takes its time
            time.pass(1, MICROSECONDS);
            SQLException met = against.get(peer);
            if (credentials.equals(EVE) && met != null) {
                throw met;
            }
        };
    }

    private PhysicalConnection open() throws SQLException {
        return acquirer.open(EVE, time.nanos() + SECONDS.toNanos(10));
    }

    private Housekeeper housekeeper(Credentials credentials, SlotRegistry registry, int movesPerSecond) {
        return peers.housekeeper(credentials, registry, random::nextInt, movesPerSecond);
    }

    private static Stream<SQLException> troubles() {
        return Stream.of(
                FakePeers.wrongCredentials(),
                new SQLException("Public Key Retrieval is not allowed", "08001", 0),
                new SQLException("User has exceeded the 'max_user_connections' resource", "42000", 1226),
                new SQLException("account is locked", "HY000", 3118),
                new SQLException("some answer that nobody knows", "HY000", 7),
                new SQLException("Max connect timeout reached", "HY000", 9001),
                Readiness.notReady("read_only is ON"),
                FakePeers.refused(),
                FakePeers.silent(),
                FakePeers.linkLost(),
                FakePeers.full());
    }

    private void assertNobodySees(List<Health> before) {
        assertThat(peers.group.peers().stream().map(Peer::health).toList()).isEqualTo(before);
        assertThat(peers.group.peers())
                .allSatisfy(peer -> assertThat(peer.failures()).isEmpty());
        assertThat(peers.group.peers())
                .allSatisfy(peer -> assertThat(peer.generation()).isZero());
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void whateverRequestsMeetTheHealthOfThePeersIsAsItWas(SQLException met) {
        List<Health> before = peers.group.peers().stream().map(Peer::health).toList();
        peers.group.peers().forEach(peer -> against.put(peer, met));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::open).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> impatient.open(EVE, time.nanos() + 1)).isInstanceOf(SQLException.class);
        }
        assertNobodySees(before);
        assertThat(peers.connections()).containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void whateverTheBackgroundMeetsTheHealthOfThePeersIsAsItWas(SQLException met) throws SQLException {
        List<Health> before = peers.group.peers().stream().map(Peer::health).toList();
        SlotRegistry registry = new SlotRegistry(random::nextInt);
        for (int i = 0; i < 9; i++) {
            Slot slot = peers.slot(registry, i < 8 ? a : b);
            if (i < 4 && slot.resting() instanceof PhysicalConnection link) {
                link.close();
            }
        }
        against.put(a, met);
        against.put(c, met);
        housekeeper(EVE, registry, 10).start();
        time.pass(60, SECONDS);
        assertThat(peers.opened).as("renewed, and moved").contains(a, b, c);
        assertThat(peers.opened.stream().filter(c::equals).count())
                .as("attempts in a minute")
                .isLessThanOrEqualTo(6);
        assertNobodySees(before);
        assertThat(peers.connections().get(2))
                .as("counted where she was not let in")
                .isZero();
    }

    @Test
    void theNextPeerServesAndTheOneThatRefusedComesLast() throws SQLException {
        against.put(a, FakePeers.wrongCredentials());
        for (int i = 0; i < 30; i++) {
            assertThat(open().peer()).isIn(b, c);
        }
        assertThat(peers.opened.stream().filter(a::equals)).as("refused logins").hasSize(1);
        time.pass(1, SECONDS);
        against.clear();
        assertThat(open().peer()).isSameAs(a);
    }

    /** What another peer has done to her is better than what is known of these. */
    @Test
    void aPeerThatRefusedHerComesBeforeThoseInDoubt() throws SQLException {
        peers.group.drain(b);
        against.put(a, FakePeers.wrongCredentials());
        assertThat(open().peer()).isSameAs(c);
        against.clear();
        peers.group.lastResort(c, Readiness.lastResort("donor"));
        assertThat(open().peer()).isSameAs(a);
    }

    /** Nobody but eve is there to find it out, and she is not believed. */
    @Test
    void aPeerThatDiesIsFoundByACheckThatTheFailureCauses() throws SQLException {
        peers.broken.put(a, FakePeers.refused());
        for (int i = 0; i < 3; i++) {
            assertThat(open().peer()).isIn(b, c);
        }
        time.settle();
        assertThat(a.health()).isInstanceOf(Health.Down.class);
        peers.broken.clear();
        time.pass(34, SECONDS);
        assertThat(open().peer()).isSameAs(a);
    }

    @Test
    void aPeerIsAskedOnceASecondAtTheMostHoweverOftenAUserFails() {
        against.put(a, FakePeers.refused());
        against.put(b, FakePeers.refused());
        against.put(c, FakePeers.refused());
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> impatient.open(EVE, time.nanos() + 1)).isInstanceOf(SQLException.class);
            time.pass(100, MILLISECONDS);
        }
        assertThat(peers.probed.stream().filter(a::equals).count()).isBetween(5L, 6L);
        assertThat(peers.group.peers())
                .allSatisfy(peer -> assertThat(peer.health()).isInstanceOf(Health.Up.class));
    }

    /** It was gone for so short a time that no check saw it. */
    @Test
    void aUserWhoWaitsIsServedWhenACheckFoundThePeerWellSince() throws SQLException {
        peers.group.drain(b);
        peers.group.drain(c);
        against.put(a, FakePeers.refused());
        Runnable back = time.after(MILLISECONDS.toNanos(1), against::clear);
        long began = time.nanos();
        assertThat(open().peer()).isSameAs(a);
        assertThat(back).isNotNull();
        assertThat(time.nanos() - began).isLessThan(SECONDS.toNanos(2));
    }

    /** The check under way may have been answered before the user failed. */
    @Test
    void aCheckThatBeganBeforeTheFailureIsFollowedByAnother() throws SQLException {
        peers.group.drain(b);
        peers.group.drain(c);
        against.put(a, FakePeers.refused());
        peers.during = (peer, credentials) -> {
            if (!credentials.equals(EVE) && peers.probed.size() == 1) {
                time.pass(100, MILLISECONDS);
                assertThatThrownBy(() -> impatient.open(EVE, time.nanos() + 1)).isInstanceOf(SQLException.class);
            }
            SQLException met = against.get(peer);
            if (credentials.equals(EVE) && met != null) {
                throw met;
            }
        };
        peers.group.check(a);
        time.settle();
        assertThat(peers.probed).hasSize(1);
        time.pass(1, SECONDS);
        assertThat(peers.probed).hasSize(2);
    }

    @Test
    void whatServesAsTheLastResortIsLeftToTheCheckToSay() throws SQLException {
        // no time passes, so that no check comes in between
        peers.during = (peer, credentials) -> {};
        peers.lastResorts.put(a, Readiness.lastResort("donor"));
        peers.lastResorts.put(b, Readiness.lastResort("donor"));
        // owns one already, so that others are drawn first
        c.reserve();
        assertThat(open().peer()).isSameAs(c);
        assertThat(peers.group.peers())
                .allSatisfy(peer -> assertThat(peer.health()).isInstanceOf(Health.Up.class));
        assertThat(peers.connections()).containsExactly(0, 0, 2);
        assertThat(peers.opened).containsExactlyInAnyOrder(a, b, c);
        time.settle();
        assertThat(List.of(a, b)).allSatisfy(peer -> assertThat(peer.health()).isInstanceOf(Health.LastResort.class));
    }
}
