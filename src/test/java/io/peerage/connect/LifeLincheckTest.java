/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static io.peerage.ModelCheck.check;
import static io.peerage.ModelCheck.together;

import io.peerage.peer.Health;
import io.peerage.peer.NamedEndpoint;
import io.peerage.peer.Peer;
import io.peerage.peer.PeerEvents;
import io.peerage.peer.PeerGroup;
import io.peerage.peer.Phase;
import io.peerage.peer.RandomSelection;
import io.peerage.peer.Scheduler;
import io.peerage.peer.SlotRegistry;
import io.peerage.peer.Verdict;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.ConnectionEventListener;
import javax.sql.StatementEventListener;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Everything that happens to managed connections, at the same time, model-checked: units of work with their deals and
 * trades, cleanup, destroy, checks that fail and succeed, drain and resume, and the upkeep that retires and exchanges.
 * In every interleaving within Lincheck's budget each managed connection that is left owns exactly one open connection,
 * none has two owners, and there are no others.
 */
@Tag("model-checked")
class LifeLincheckTest {

    private static final int INVOCATIONS = 400;
    private static final long DEADLINE_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final Verdict SUSPECT = new Verdict("link lost", true, Verdict.Standing.SUSPECT, false);
    private static final Verdict DOWN = new Verdict("down", true, Verdict.Standing.DOWN, false);

    private static Verdict sort(SQLException failure, Phase phase) {
        return phase == Phase.CONNECT ? DOWN : SUSPECT;
    }

    private static final class Wire implements XAConnection {

        private final Connection connection;
        private final XAResource resource;
        private volatile int closes;

        Wire(Connection connection, XAResource resource) {
            this.connection = connection;
            this.resource = resource;
        }

        @Override
        public XAResource getXAResource() {
            return resource;
        }

        @Override
        public Connection getConnection() {
            return connection;
        }

        @Override
        public synchronized void close() {
            closes++;
        }

        @Override
        public void addConnectionEventListener(ConnectionEventListener listener) {}

        @Override
        public void removeConnectionEventListener(ConnectionEventListener listener) {}

        @Override
        public void addStatementEventListener(StatementEventListener listener) {}

        @Override
        public void removeStatementEventListener(StatementEventListener listener) {}
    }

    /** One run: a group of three peers, a managed connection on each, and the adapter's background by hand. */
    private static final class World implements Scheduler {

        private final Connection connection;
        private final XAResource resource;
        final Collection<Wire> wires = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Runnable> checks = new ConcurrentLinkedQueue<>();
        final AtomicLong now = new AtomicLong();
        final SlotRegistry registry = new SlotRegistry(bound -> 0);
        final List<ConnectionSlot> slots = new ArrayList<>();
        final PeerGroup group;
        final Housekeeper housekeeper;
        private volatile Runnable step = () -> {};
        private volatile boolean upkeepPlans;

        World(Connection connection, XAResource resource) {
            this.connection = connection;
            this.resource = resource;
            List<NamedEndpoint> members =
                    List.of(new NamedEndpoint("a", 1), new NamedEndpoint("b", 1), new NamedEndpoint("c", 1));
            group = new PeerGroup(
                    members,
                    new RandomSelection(),
                    TimeUnit.DAYS.toNanos(1),
                    now::get,
                    bound -> 0,
                    PeerEvents.NONE,
                    this,
                    this::probe,
                    LifeLincheckTest::sort);
            group.start();
            Logins logins = new Logins(group, this::open, LifeLincheckTest::sort, new LoginPauses(now::get));
            ConnectionSlot.Shared shared = new ConnectionSlot.Shared(
                    group,
                    new Acquirer("shop", group, logins, now::get, true),
                    new IdleCheck(group, LifeLincheckTest::sort, now::get, DEADLINE_NANOS, 1),
                    new LinkFailures(group, LifeLincheckTest::sort),
                    this,
                    now::get,
                    DEADLINE_NANOS);
            housekeeper = new Housekeeper(
                    group, Map.of(Credentials.CONFIGURED, registry), logins, this, now::get, bound -> 0, 2);
            upkeepPlans = true;
            housekeeper.start();
            for (Peer peer : group.peers()) {
                slots.add(new ConnectionSlot(
                        shared, registry, Credentials.CONFIGURED, open(peer, Credentials.CONFIGURED)));
            }
            // so that the upkeep may move at once
            now.set(TimeUnit.MINUTES.toNanos(1));
        }

        PhysicalConnection open(Peer peer, Credentials credentials) {
            peer.reserve();
            Wire wire = new Wire(connection, resource);
            wires.add(wire);
            try {
                return new PhysicalConnection(
                        peer, FakeLogin.of(peer.generation(), wire, null, 0, now.get(), Long.MAX_VALUE / 2));
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        private @Nullable SQLException probe(Peer peer) throws SQLException {
            if (peer.index() == 1) {
                throw new SQLException("refused", "08001");
            }
            return null;
        }

        @Override
        public void execute(Runnable work) {
            checks.add(work);
        }

        @Override
        public Runnable after(long delayNanos, Runnable work) {
            if (upkeepPlans) {
                step = work;
            }
            return () -> {};
        }

        /** A unit of work as a managed connection runs it: borrowed, used, cleaned up. */
        void unit(ConnectionSlot slot, boolean mayBeGone) {
            PhysicalConnection link;
            try {
                link = slot.begin();
            } catch (SQLException e) {
                check(mayBeGone && "08003".equals(e.getSQLState()), "a unit that found no connection: " + e);
                return;
            }
            check(mayBeGone || !link.isClosed(), "a unit was given a closed connection");
            slot.rest(link);
        }

        void runChecks() {
            for (Runnable check = checks.poll(); check != null; check = checks.poll()) {
                check.run();
            }
        }

        /** One step of the upkeep, which plans the next one and so changes what this would run. */
        void step() {
            step.run();
        }

        void eachOwnsOne(List<ConnectionSlot> left) {
            List<PhysicalConnection> owned = new ArrayList<>();
            for (ConnectionSlot slot : left) {
                if (!(slot.slot.holding() instanceof PhysicalConnection link)) {
                    throw new AssertionError("a managed connection without a connection");
                }
                check(!owned.contains(link), "a connection with two owners");
                check(!link.isClosed(), "a managed connection with a closed connection");
                owned.add(link);
            }
            int open = 0;
            for (Wire wire : wires) {
                check(wire.closes <= 1, "closed twice");
                open += 1 - wire.closes;
            }
            check(open == left.size(), open + " connections for " + left.size() + " managed connections");
            for (Peer peer : group.peers()) {
                int links = 0;
                for (PhysicalConnection link : owned) {
                    links += link.peer() == peer ? 1 : 0;
                }
                check(peer.connections() == links, peer + " counts " + peer.connections() + ", has " + links);
                check(peer.busy() == 0, peer + " counts " + peer.busy() + " units at work");
            }
        }
    }

    @Test
    void noConnectionIsLostOrOwnedTwiceWhateverHappensAtOnce() {
        // made outside the model: they keep no state
        Connection connection = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> true);
        XAResource resource = (XAResource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {XAResource.class}, (proxy, method, arguments) -> null);
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            World world = new World(connection, resource);
            ConnectionSlot one = world.slots.get(0);
            ConnectionSlot two = world.slots.get(1);
            ConnectionSlot three = world.slots.get(2);
            Peer a = world.group.peers().get(0);
            Peer b = world.group.peers().get(1);
            together(
                    () -> {
                        world.unit(one, false);
                        world.unit(one, false);
                    },
                    () -> {
                        world.unit(two, true);
                        world.unit(three, false);
                    },
                    () -> {
                        world.step();
                        two.leave();
                        world.step();
                    },
                    () -> {
                        world.group.drain(a);
                        world.group.failed(b, 0, SUSPECT, new SQLException("lost", "08S01"));
                        world.runChecks();
                        world.group.resume(a);
                        world.runChecks();
                    });
            world.runChecks();
            check(!(a.health() instanceof Health.Drained), "resumed");
            world.eachOwnsOne(List.of(one, three));
            world.step();
            world.eachOwnsOne(List.of(one, three));
        });
    }

    /** Taken by a unit, put where one rests, and ended, all at once: it is used, or closed, and so is what it replaced. */
    @Test
    void anOfferedConnectionHasOneOwnerWhoeverIsFaster() {
        Connection connection = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> true);
        XAResource resource = (XAResource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {XAResource.class}, (proxy, method, arguments) -> null);
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            World world = new World(connection, resource);
            Peer a = world.group.peers().get(0);
            Peer c = world.group.peers().get(2);
            ConnectionSlot one = world.slots.get(0);
            Offer offer = new Offer(world.group, world.now::get);
            PhysicalConnection busy;
            try {
                busy = one.begin();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
            offer.place(world.registry, world.open(c, Credentials.CONFIGURED), a);
            check(offer.isStanding(), "nothing of that peer rests");
            together(
                    () -> {
                        one.rest(busy);
                        world.unit(one, false);
                    },
                    () -> {
                        offer.look();
                        offer.look();
                    },
                    () -> {
                        world.unit(world.slots.get(1), false);
                        offer.end();
                    });
            offer.end();
            check(!offer.isStanding(), "ended");
            world.eachOwnsOne(world.slots);
        });
    }
}
