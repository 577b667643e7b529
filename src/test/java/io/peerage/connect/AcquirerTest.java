/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peerage.config.BadSettingException;
import io.peerage.config.UnacceptableSettingException;
import io.peerage.peer.AffinitySelection;
import io.peerage.peer.Health;
import io.peerage.peer.Peer;
import io.peerage.peer.Phase;
import io.peerage.server.KeyRetrieval;
import io.peerage.server.Readiness;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One request for a new connection, over all the peers it may try. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AcquirerTest {

    private static final long DEADLINE_NANOS = SECONDS.toNanos(10);

    private final SimulatedTime time = new SimulatedTime();
    private final FakePeers peers = new FakePeers(time, new Random(20261123)::nextInt, 3, 30);
    private final Peer a = peers.peer(0);
    private final Peer b = peers.peer(1);
    private final Peer c = peers.peer(2);

    @BeforeEach
    void start() {
        peers.group.start();
    }

    private Acquirer acquirer(FakePeers servers, boolean waits) {
        return new Acquirer("shop", servers.group, servers.logins(servers::open), time, waits);
    }

    /** Returns who connects to every peer with the same driver properties. */
    private Logins.Opener alike() {
        return new Logins.Opener() {
            @Override
            public PhysicalConnection open(Peer peer, Credentials credentials) throws SQLException {
                return peers.open(peer, credentials);
            }

            @Override
            public boolean connectsAlike(Peer one, Peer other) {
                return true;
            }
        };
    }

    private PhysicalConnection open(Credentials credentials) throws SQLException {
        return acquirer(peers, true).open(credentials, time.nanos() + DEADLINE_NANOS);
    }

    @Test
    void leavesAFailedPeerOutAndTriesTheNext() throws SQLException {
        peers.broken.put(a, FakePeers.refused());
        peers.broken.put(b, FakePeers.refused());
        PhysicalConnection link = open(Credentials.CONFIGURED);
        assertThat(link.peer()).isSameAs(c);
        assertThat(peers.connections()).containsExactly(0, 0, 1);
        link.close();
        assertThat(peers.connections()).containsExactly(0, 0, 0);
    }

    /** An interrupt is the application's affair: the next peer is tried as ever, and what the first one said counts. */
    @Test
    void anInterruptedThreadIsServedAllTheSame() throws SQLException {
        peers.broken.put(a, FakePeers.refused());
        peers.broken.put(b, FakePeers.refused());
        Thread.currentThread().interrupt();
        PhysicalConnection link = open(Credentials.CONFIGURED);
        assertThat(Thread.interrupted()).as("the thread is still interrupted").isTrue();
        assertThat(link.peer()).isSameAs(c);
        assertThat(c.health()).isInstanceOf(Health.Up.class);
    }

    /** Each attempt on a black hole lasts; peers not tried yet must not keep the request alive beyond its deadline. */
    @Test
    void keepsOneDeadlineOverAllAttempts() {
        FakePeers ten = new FakePeers(time, new Random(1)::nextInt, 10, 30);
        ten.during = (peer, credentials) -> {
            time.pass(3, SECONDS);
            throw FakePeers.silent();
        };
        long began = time.nanos();
        assertThatThrownBy(() -> acquirer(ten, true).open(Credentials.CONFIGURED, began + DEADLINE_NANOS))
                .isInstanceOf(AllPeersDownException.class)
                .hasMessageContaining("gave up after 12000 ms");
        assertThat(ten.opened).as("begun before the deadline").hasSize(4).doesNotHaveDuplicates();
        assertThat(ten.connections()).containsOnly(0);
    }

    /**
     * It works for those it has let in, so it is not out; a request tries it again when a check has been there, not
     * before.
     */
    @Test
    void doesNotConnectAgainAndAgainToAPeerThatMovesAndLetsNobodyIn() {
        FakePeers one = new FakePeers(time, new Random(1)::nextInt, 1, 30);
        one.group.start();
        one.moves = true;
        one.broken.put(one.peer(0), new SQLException("some answer that nobody knows", "HY000", 7));
        assertThatThrownBy(() -> acquirer(one, true).open(Credentials.CONFIGURED, time.nanos() + DEADLINE_NANOS))
                .isInstanceOf(AllPeersDownException.class);
        assertThat(one.opened)
                .as("the first, and one for each check within ten seconds")
                .hasSizeLessThanOrEqualTo(4);
    }

    /** The same while it serves as the last resort. */
    @Test
    void doesNotConnectAgainAndAgainToAPeerOfLastResortThatLetsNobodyIn() {
        FakePeers one = new FakePeers(time, new Random(1)::nextInt, 1, 30);
        one.group.start();
        one.moves = true;
        one.group.lastResort(one.peer(0), Readiness.lastResort("donor"));
        one.broken.put(one.peer(0), new SQLException("some answer that nobody knows", "HY000", 7));
        assertThatThrownBy(() -> acquirer(one, true).open(Credentials.CONFIGURED, time.nanos() + DEADLINE_NANOS))
                .isInstanceOf(AllPeersDownException.class);
        assertThat(one.opened).containsExactly(one.peer(0));
    }

    /** It is full for a moment, and nobody else is there. */
    @Test
    void waitsForRoomOnAPeerOfLastResort() throws SQLException {
        FakePeers one = new FakePeers(time, new Random(1)::nextInt, 1, 30);
        one.group.start();
        one.lastResorts.put(one.peer(0), Readiness.lastResort("donor"));
        one.group.lastResort(one.peer(0), Readiness.lastResort("donor"));
        one.broken.put(one.peer(0), FakePeers.full());
        long began = time.nanos();
        Runnable leave = time.after(MILLISECONDS.toNanos(100), one.broken::clear);
        PhysicalConnection link = acquirer(one, true).open(Credentials.CONFIGURED, began + DEADLINE_NANOS);
        assertThat(leave).isNotNull();
        assertThat(link.peer()).isSameAs(one.peer(0));
        assertThat(time.nanos() - began).isLessThanOrEqualTo(MILLISECONDS.toNanos(1_300));
        assertThat(one.opened).hasSize(2);
    }

    /** Who has used up a limit of the pool's user is full for the pool: the next peer would be a second writer. */
    @Test
    void waitsForRoomOnTheOneThatServesAll() throws SQLException {
        FakePeers two = new FakePeers(time, new Random(1)::nextInt, new AffinitySelection(), 2, 30);
        two.group.start();
        two.broken.put(
                two.peer(0),
                new SQLException("User app has exceeded the 'max_user_connections' resource", "42000", 1226));
        long began = time.nanos();
        Runnable leave = time.after(SECONDS.toNanos(3), two.broken::clear);
        PhysicalConnection link = acquirer(two, true).open(Credentials.CONFIGURED, began + DEADLINE_NANOS);
        assertThat(leave).isNotNull();
        assertThat(link.peer()).isSameAs(two.peer(0));
        assertThat(two.opened).containsOnly(two.peer(0));
        assertThat(time.nanos() - began).isBetween(SECONDS.toNanos(3), MILLISECONDS.toNanos(4_300));
    }

    @Test
    void saysAtOnceThatEveryPeerRefusesThisUser() {
        List.of(a, b, c).forEach(peer -> peers.broken.put(peer, FakePeers.wrongCredentials()));
        long began = time.nanos();
        SQLException failure = catchThrowableOfType(SQLException.class, () -> open(Credentials.CONFIGURED));
        assertThat(failure.getMessage()).contains("every peer of shop refused", "Access denied");
        assertThat(failure.getSQLState()).isEqualTo("28000");
        assertThat(failure.getErrorCode()).isEqualTo(1045);
        assertThat(failure.getSuppressed()).hasSize(2);
        assertThat(time.nanos()).isEqualTo(began);
        assertThat(peers.opened).containsExactlyInAnyOrder(a, b, c);
        assertThat(peers.connections()).containsOnly(0);
        assertThat(a.health()).isInstanceOf(Health.Refusing.class);
    }

    @Test
    void blamesNoPeerForTheWrongUserOfOneRequest() {
        peers.during = (peer, credentials) -> {
            if (credentials.user() != null) {
                throw FakePeers.wrongCredentials();
            }
        };
        assertThatThrownBy(() -> open(Credentials.of("mallory", "guessed")))
                .hasMessageContaining("refused")
                .hasMessageNotContaining("guessed");
        assertThat(peers.group.peers())
                .allSatisfy(peer -> assertThat(peer.health()).isInstanceOf(Health.Up.class))
                .allSatisfy(peer -> assertThat(peer.failures()).isEmpty());
        assertThat(peers.connections()).containsOnly(0);
    }

    /** The second of the two full ones answers so late that a check of the first has found room by then. */
    @Test
    void triesAFullPeerAgainOnceACheckFoundRoom() throws SQLException {
        peers.group.drain(c);
        peers.during = (peer, credentials) -> {
            if (peers.opened.size() == 1 && peers.probed.isEmpty()) {
                throw FakePeers.full();
            }
            if (peers.opened.size() == 2 && peers.probed.isEmpty()) {
                time.pass(3, SECONDS);
                throw FakePeers.full();
            }
        };
        PhysicalConnection link = open(Credentials.CONFIGURED);
        assertThat(peers.probed).as("the check that found room").containsExactly(peers.opened.get(0));
        assertThat(peers.opened).hasSize(3);
        assertThat(link.peer()).isSameAs(peers.opened.get(0));
        assertThat(peers.connections().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(1);
    }

    @Test
    void leavesAFullPeerAloneWhileChecksFindItFull() {
        peers.group.drain(c);
        peers.broken.put(a, FakePeers.full());
        peers.broken.put(b, FakePeers.full());
        peers.during = (peer, credentials) -> {
            if (peers.opened.size() == 2) {
                time.pass(11, SECONDS);
            }
        };
        assertThatThrownBy(() -> open(Credentials.CONFIGURED)).isInstanceOf(AllPeersDownException.class);
        assertThat(peers.opened).containsExactlyInAnyOrder(a, b);
        assertThat(peers.connections()).containsOnly(0);
    }

    @Test
    void failsAtOnceWhenAllAreDownAndNobodyShallWait() {
        List.of(a, b, c).forEach(peer -> peers.broken.put(peer, FakePeers.refused()));
        long began = time.nanos();
        Acquirer impatient = acquirer(peers, false);
        assertThatThrownBy(() -> impatient.open(Credentials.CONFIGURED, began + DEADLINE_NANOS))
                .isInstanceOf(AllPeersDownException.class)
                .hasMessageContainingAll("p0 is down", "p1 is down", "p2 is down", "connection refused");
        assertThatThrownBy(() -> impatient.open(Credentials.CONFIGURED, began + DEADLINE_NANOS))
                .isInstanceOf(AllPeersDownException.class);
        assertThat(peers.opened).as("none is asked by an application again").hasSize(3);
        assertThat(time.nanos()).isEqualTo(began);
        assertThat(peers.connections()).containsOnly(0);
    }

    private void breakAll() {
        List.of(a, b, c).forEach(peer -> peers.broken.put(peer, FakePeers.refused()));
    }

    /** While somebody waits the peers are asked five times a second, not once in a check interval. */
    @Test
    void waitsForTheFirstPeerToComeBack() throws SQLException {
        breakAll();
        long began = time.nanos();
        Runnable mend = time.after(SECONDS.toNanos(4), () -> peers.broken.remove(b));
        PhysicalConnection link = open(Credentials.CONFIGURED);
        assertThat(mend).isNotNull();
        assertThat(link.peer()).isSameAs(b);
        assertThat(time.nanos() - began).isBetween(SECONDS.toNanos(4), SECONDS.toNanos(4) + MILLISECONDS.toNanos(300));
    }

    @Test
    void givesUpAtItsDeadlineWhileAllAreDown() {
        breakAll();
        long began = time.nanos();
        assertThatThrownBy(() -> open(Credentials.CONFIGURED)).isInstanceOf(AllPeersDownException.class);
        assertThat(time.nanos() - began).isBetween(DEADLINE_NANOS, DEADLINE_NANOS + MILLISECONDS.toNanos(200));
    }

    @Test
    void saysAtOnceThatAllWhoCanBeAskedRefuseAndWhereTheOthersAre() {
        peers.broken.put(a, FakePeers.wrongCredentials());
        peers.broken.put(b, FakePeers.refused());
        peers.group.drain(c);
        long began = time.nanos();
        SQLException failure = catchThrowableOfType(SQLException.class, () -> open(Credentials.CONFIGURED));
        assertThat(failure.getMessage())
                .contains(
                        "every peer of shop that can be asked refused: Access denied",
                        "p0 is refusing",
                        "p1 is down",
                        "p2 is drained");
        assertThat(failure.getSQLState()).isEqualTo("28000");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(time.nanos()).isEqualTo(began);
    }

    /** One of two has a wrong password, and the other one, which served until now, restarts. */
    @Test
    void waitsForAPeerThatServedThisUserBefore() throws SQLException {
        peers.group.drain(c);
        b.dealt();
        b.done(1);
        peers.broken.put(a, FakePeers.wrongCredentials());
        peers.broken.put(b, FakePeers.refused());
        Runnable mend = time.after(SECONDS.toNanos(1), () -> peers.broken.remove(b));
        assertThat(open(Credentials.CONFIGURED).peer()).isSameAs(b);
        assertThat(mend).isNotNull();
    }

    /** All have served before, and the password was changed on all of them. */
    @Test
    void doesNotWaitWhenAllPeersThatServedBeforeRefuse() {
        List.of(a, b, c).forEach(peer -> {
            peer.dealt();
            peer.done(1);
            peers.broken.put(peer, FakePeers.wrongCredentials());
        });
        for (int i = 0; i < 3; i++) {
            long began = time.nanos();
            assertThatThrownBy(() -> open(Credentials.CONFIGURED)).hasMessageContaining("every peer of shop refused");
            assertThat(time.nanos()).isEqualTo(began);
            time.pass(20, SECONDS);
        }
    }

    /** Once each is known to refuse, only the first is asked; the others need not be. */
    @Test
    void doesNotWaitWhenAllPeersRefuseOfWhichOneServesAll() {
        FakePeers writers = new FakePeers(time, new Random(1)::nextInt, new AffinitySelection(), 3, 30);
        writers.group.start();
        writers.group.peers().forEach(peer -> {
            peer.dealt();
            peer.done(1);
            writers.broken.put(peer, FakePeers.wrongCredentials());
        });
        for (int i = 0; i < 3; i++) {
            long began = time.nanos();
            assertThatThrownBy(() -> acquirer(writers, true).open(Credentials.CONFIGURED, began + DEADLINE_NANOS))
                    .hasMessageContaining("refused: Access denied");
            assertThat(time.nanos()).isEqualTo(began);
            time.pass(20, SECONDS);
        }
    }

    @Test
    void doesNotWaitWithAWrongUserOfOneRequest() {
        b.dealt();
        b.done(1);
        peers.broken.put(a, FakePeers.wrongCredentials());
        peers.broken.put(b, FakePeers.refused());
        peers.broken.put(c, FakePeers.wrongCredentials());
        long began = time.nanos();
        assertThatThrownBy(() -> open(Credentials.of("mallory", "guessed")))
                .hasMessageContainingAll("refused: Access denied", "p1 failed just now: connection refused")
                .hasMessageNotContaining("guessed");
        assertThat(time.nanos()).isEqualTo(began);
    }

    private static SQLException setting() {
        return new UnacceptableSettingException(new BadSettingException("useConfigs", "nope", "the driver refuses it"));
    }

    /** What one peer refuses and its equals need not. */
    private static Stream<SQLException> onesOwn() {
        return Stream.of(
                setting(),
                new SQLException("Unknown database 'shop'", "42000", 1049),
                new SQLException("Connections using insecure transport are prohibited", "HY000", 3159),
                KeyRetrieval.explained(new SQLException("Public Key Retrieval is not allowed", "08001", 0)),
                new SQLException("Your password has expired", "HY000", 1862));
    }

    private void waitsForTheOthersOf(SQLException answer, Credentials credentials) throws SQLException {
        peers.broken.put(a, answer);
        peers.broken.put(b, FakePeers.refused());
        peers.broken.put(c, FakePeers.refused());
        long began = time.nanos();
        Runnable mend = time.after(SECONDS.toNanos(1), () -> peers.broken.remove(b));
        assertThat(open(credentials).peer()).isSameAs(b);
        assertThat(mend).isNotNull();
        assertThat(time.nanos() - began).isLessThan(SECONDS.toNanos(3));
    }

    @ParameterizedTest
    @MethodSource("onesOwn")
    void whatOnePeerRefusesSaysNothingOfThoseThatRestart(SQLException answer) throws SQLException {
        waitsForTheOthersOf(answer, Credentials.CONFIGURED);
    }

    @ParameterizedTest
    @MethodSource("onesOwn")
    void whatOnePeerRefusesAUserSaysNothingOfThoseThatRestart(SQLException answer) throws SQLException {
        waitsForTheOthersOf(answer, Credentials.of("eve", "eve's own"));
    }

    @Test
    void aLimitOfAUserOnOnePeerSaysNothingOfThoseThatRestart() throws SQLException {
        waitsForTheOthersOf(
                new SQLException("User 'eve' has exceeded the 'max_user_connections' resource", "42000", 1226),
                Credentials.of("eve", "eve's own"));
    }

    /** Nor does it take the property that is refused elsewhere, as far as anybody knows. */
    @Test
    void doesNotWaitForAPeerThatHasTheSameSetting() {
        Acquirer same = new Acquirer("shop", peers.group, peers.logins(alike()), time, true);
        peers.broken.put(a, setting());
        peers.broken.put(b, setting());
        peers.broken.put(c, FakePeers.refused());
        long began = time.nanos();
        for (Credentials credentials : List.of(Credentials.of("eve", "eve's own"), Credentials.CONFIGURED)) {
            assertThatThrownBy(() -> same.open(credentials, began + DEADLINE_NANOS))
                    .hasMessageContaining("every peer of shop that can be asked refused: useConfigs=nope");
        }
        assertThat(time.nanos()).isEqualTo(began);
    }

    /** A file that the setting names may have gone since, or the servers differ. */
    @Test
    void waitsForAPeerThatHasServedWithTheSameSetting() throws SQLException {
        Acquirer same = new Acquirer("shop", peers.group, peers.logins(alike()), time, true);
        peers.broken.put(a, setting());
        peers.broken.put(b, setting());
        peers.broken.put(c, FakePeers.refused());
        c.dealt();
        c.done(1);
        Runnable mend = time.after(SECONDS.toNanos(1), () -> peers.broken.remove(c));
        assertThat(same.open(Credentials.of("eve", "eve's own"), time.nanos() + DEADLINE_NANOS)
                        .peer())
                .isSameAs(c);
        assertThat(mend).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("onesOwn")
    void whateverAllPeersRefuseNobodyWaits(SQLException answer) {
        List.of(a, b, c).forEach(peer -> peers.broken.put(peer, answer));
        long began = time.nanos();
        for (Credentials credentials : List.of(Credentials.of("eve", "eve's own"), Credentials.CONFIGURED)) {
            assertThatThrownBy(() -> open(credentials))
                    .hasMessageContaining("every peer of shop refused: " + answer.getMessage());
        }
        assertThat(time.nanos()).isEqualTo(began);
    }

    /** The others come back in vain for this user as long as the one lives that serves all. */
    @ParameterizedTest
    @MethodSource("onesOwn")
    void doesNotWaitForPeersThatServeNobodyWhereOneServesAll(SQLException answer) {
        FakePeers writers = new FakePeers(time, new Random(1)::nextInt, new AffinitySelection(), 3, 30);
        Peer writer = writers.peer(0);
        Peer down = writers.peer(1);
        writers.group.connectFailed(
                down, FakePeers.SORTER.sort(FakePeers.refused(), Phase.CONNECT), FakePeers.refused());
        assertThat(writers.group.serves(writer)).isTrue();
        writers.broken.put(writer, answer);
        long began = time.nanos();
        assertThatThrownBy(() -> acquirer(writers, true).open(Credentials.of("eve", "x"), began + DEADLINE_NANOS))
                .hasMessageContaining("refused: " + answer.getMessage());
        assertThat(time.nanos()).isEqualTo(began);
    }

    /** Room may be found any moment. */
    @Test
    void waitsWhileAPeerIsFull() {
        peers.broken.put(a, FakePeers.wrongCredentials());
        peers.broken.put(b, FakePeers.full());
        peers.group.drain(c);
        long began = time.nanos();
        assertThatThrownBy(() -> open(Credentials.CONFIGURED)).isInstanceOf(AllPeersDownException.class);
        assertThat(time.nanos() - began).isGreaterThanOrEqualTo(DEADLINE_NANOS);
    }

    @Test
    void neverTriesADrainedPeer() throws SQLException {
        peers.group.drain(b);
        for (int i = 0; i < 100; i++) {
            open(Credentials.CONFIGURED);
        }
        assertThat(peers.opened).doesNotContain(b);
        assertThat(peers.connections()).containsExactly(50, 0, 50);
    }

    @Test
    void leavesNoCountBehindWhenADriverBreaks() {
        peers.during = (peer, credentials) -> {
            throw new IllegalStateException("a bug in the driver");
        };
        assertThatThrownBy(() -> open(Credentials.CONFIGURED))
                .isInstanceOf(AllPeersDownException.class)
                .hasMessageContaining("a bug in the driver");
        assertThat(peers.connections()).containsOnly(0);
    }
}
