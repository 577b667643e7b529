/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.DriverProfile;
import io.peerage.peer.Endpoint;
import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.NamedEndpoint;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerEvents;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Probe;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Selection;
import io.peerage.peer.Slot;
import io.peerage.peer.SlotRegistry;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A peer group whose servers a test breaks and mends, with connections that lead nowhere. Failures are sorted as those
 * of MySQL. Confined to the test's thread.
 */
final class FakePeers {

    static final ExceptionSorter SORTER = DriverProfile.of("mysql").exceptionSorter();

    final SimulatedTime time;
    final PeerGroup group;
    /** What each server answers to a connect, by its peer; nothing for one that lets everybody in. */
    final Map<Peer, SQLException> broken = new HashMap<>();
    /** Every connect of an application or of the upkeep, by its peer, in order; probes are not in it. */
    final List<Peer> opened = new ArrayList<>();

    final List<Peer> probed = new ArrayList<>();
    /** Why each server serves only as the last resort, by its peer. */
    final Map<Peer, SQLException> lastResorts = new HashMap<>();

    /** After how long without use the servers end a session; 0 = never. */
    long idleMillis;

    /** Whether established connections move while a peer is asked. */
    boolean moves;

    /** Looks on while a connection is opened, and makes it fail. */
    Connecting during = (peer, credentials) -> {};

    private final Map<PhysicalConnection, FakeXaConnection> drivers = new HashMap<>();

    /** What happens during a connect. */
    @FunctionalInterface
    interface Connecting {
        void to(Peer peer, Credentials credentials) throws SQLException;
    }

    FakePeers(SimulatedTime time, RandomSource random, int count, long checkIntervalSeconds) {
        this(time, random, new RandomSelection(), count, checkIntervalSeconds);
    }

    FakePeers(SimulatedTime time, RandomSource random, Selection selection, int count, long checkIntervalSeconds) {
        this(
                time,
                random,
                selection,
                IntStream.range(0, count)
                        .mapToObj(i -> new NamedEndpoint("p" + i, 1))
                        .toList(),
                checkIntervalSeconds);
    }

    FakePeers(SimulatedTime time, RandomSource random, List<? extends Endpoint> endpoints) {
        this(time, random, new RandomSelection(), endpoints, 30);
    }

    private FakePeers(
            SimulatedTime time,
            RandomSource random,
            Selection selection,
            List<? extends Endpoint> endpoints,
            long checkIntervalSeconds) {
        this.time = time;
        this.group = new PeerGroup(
                endpoints,
                selection,
                TimeUnit.SECONDS.toNanos(checkIntervalSeconds),
                time,
                random,
                PeerEvents.NONE,
                time,
                new AskedPeers(),
                SORTER);
    }

    static SQLException refused() {
        return new SQLException("connection refused", "08001", 0, new ConnectException("refused"));
    }

    static SQLException silent() {
        return new SQLException("no answer", "08001", 0, new SocketTimeoutException("timed out"));
    }

    static SQLException full() {
        return new SQLException("Too many connections", "08004", 1040);
    }

    static SQLException wrongCredentials() {
        return new SQLException("Access denied", "28000", 1045);
    }

    static SQLException linkLost() {
        return new SQLException("Communications link failure", "08S01", 0);
    }

    Peer peer(int index) {
        return group.peers().get(index);
    }

    /** Opens as a connector does. */
    PhysicalConnection open(Peer peer, Credentials credentials) throws SQLException {
        opened.add(peer);
        return connect(peer, credentials);
    }

    /** Connects to {@code peer}, which counts the connection. */
    PhysicalConnection connect(Peer peer, Credentials credentials) throws SQLException {
        long generation = peer.generation();
        peer.reserve();
        try {
            during.to(peer, credentials);
            SQLException failure = broken.get(peer);
            if (failure != null) {
                throw failure;
            }
        } catch (SQLException | RuntimeException | Error e) {
            peer.release();
            throw e;
        }
        FakeXaConnection driver = new FakeXaConnection();
        PhysicalConnection link = new PhysicalConnection(
                peer,
                FakeLogin.of(
                        generation,
                        driver,
                        lastResorts.get(peer),
                        TimeUnit.MILLISECONDS.toNanos(idleMillis),
                        time.nanos(),
                        time.nanos() + TimeUnit.DAYS.toNanos(1)));
        drivers.put(link, driver);
        return link;
    }

    private final class AskedPeers implements Probe {

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
        probed.add(peer);
        PhysicalConnection link = connect(peer, Credentials.CONFIGURED);
        link.close();
        return link.login().lastResort();
    }

    FakeXaConnection driver(PhysicalConnection link) {
        FakeXaConnection driver = drivers.get(link);
        if (driver == null) {
            throw new AssertionError("not opened here");
        }
        return driver;
    }

    /** Returns who opens connections to this group with {@code opener}. */
    Logins logins(Logins.Opener opener) {
        return new Logins(group, opener, SORTER, new LoginPauses(time));
    }

    /** Returns who keeps {@code registry} in order, by this group's time. */
    Housekeeper housekeeper(Credentials credentials, SlotRegistry registry, RandomSource random, int movesPerSecond) {
        return new Housekeeper(
                group, Map.of(credentials, registry), logins(this::open), time, time, random, movesPerSecond);
    }

    /** Adds a slot in which a new connection to {@code peer} rests. */
    Slot slot(SlotRegistry registry, Peer peer) throws SQLException {
        Slot slot = new Slot(connect(peer, Credentials.CONFIGURED));
        registry.add(slot);
        return slot;
    }

    /** Returns how many connections to each peer are counted. */
    List<Integer> connections() {
        return group.peers().stream().map(Peer::connections).toList();
    }
}
