/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.BadSettingException;
import io.peerage.config.DriverProfile;
import io.peerage.config.PeerSpec;
import io.peerage.config.Settings;
import io.peerage.config.XaDataSources;
import io.peerage.jdbc.ServerStatus;
import io.peerage.jdbc.Session;
import io.peerage.net.HostAddresses;
import io.peerage.net.Resolver;
import io.peerage.net.SocketCapture;
import io.peerage.net.SocketFactoryChoice;
import io.peerage.peer.Causes;
import io.peerage.peer.Peer;
import io.peerage.peer.RandomSource;
import io.peerage.peer.Ticker;
import io.peerage.server.KeyRetrieval;
import io.peerage.server.MySqlFacts;
import io.peerage.server.PostgreSqlReadiness;
import io.peerage.server.ReachedServer;
import io.peerage.server.Readiness;
import io.peerage.server.ReadinessChecks;
import io.peerage.server.ServerId;
import io.peerage.server.ServerStatuses;
import io.peerage.server.ServersSeen;
import io.peerage.server.XaCapability;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the peers of one group, each within the bounds of {@code ConnectTimeoutMillis} for TCP and for
 * every answer of the login.
 *
 * <p>Thread-safe.
 */
final class Connector {

    /** Far enough off, and clear of overflow when added to a reading of the clock. */
    private static final long NEVER = Long.MAX_VALUE / 2;

    private final Settings settings;
    private final ClassLoader loader;
    private final DriverProfile driver;
    private final int socketTimeoutMillis;
    private final int recoveryTimeoutMillis;
    private final boolean restoresSocketTimeout;
    private final long maxLifetimeNanos;
    private final Readiness readiness;
    private final Readiness branchReadiness;
    /** Whether transactions are branches on servers of which it can be told whether they can do that. */
    private final boolean usesXa;

    private final Explanation explanation;
    private final boolean twoPhase;
    private final PostgreSqlReadiness postgreSql;

    private final HostAddresses addresses;
    /** Of the connections for branches, which look for a certain server: where others go is none of their business. */
    private final HostAddresses branchAddresses;

    private final Passwords passwords = new Passwords();
    private final GroupLog log;
    private final Ticker ticker;
    private final RandomSource random;

    Connector(
            Settings settings,
            ClassLoader loader,
            Resolver resolver,
            Ticker ticker,
            RandomSource random,
            GroupLog log) {
        this.addresses = new HostAddresses(resolver, ticker);
        this.branchAddresses = new HostAddresses(resolver, ticker);
        this.settings = settings;
        this.loader = loader;
        this.driver = settings.driver();
        this.socketTimeoutMillis = Math.toIntExact(settings.socketTimeout().toMillis());
        this.explanation = new Explanation(
                settings.driver().exceptionSorter(), settings.connectTimeout().toMillis());
        this.restoresSocketTimeout = settings.driver().socketTimeoutBoundsLogin();
        this.maxLifetimeNanos = settings.maxLifetime().toNanos();
        int checkSeconds =
                (int) Math.max(1, settings.connectTimeout().plusMillis(999).toSeconds());
        this.readiness = ReadinessChecks.of(settings.readinessCheck(), settings.driver(), checkSeconds);
        this.postgreSql = new PostgreSqlReadiness(checkSeconds);
        this.branchReadiness = ReadinessChecks.forBranches(settings.driver());
        this.twoPhase = settings.twoPhaseCommit();
        this.recoveryTimeoutMillis = Math.toIntExact(settings.acquireTimeout().toMillis());
        this.usesXa = settings.twoPhaseCommit() && settings.driver().speaksMySql();
        this.log = log;
        this.ticker = ticker;
        this.random = random;
    }

    /**
     * Returns how to connect to the peer that {@code spec} describes. Connects to nothing.
     *
     * @throws BadSettingException if the driver cannot be had, or refuses a setting
     */
    Target target(PeerSpec spec) {
        SocketFactoryChoice choice = SocketFactoryChoice.of(
                driver.key(), driver.dataSourceClass(), spec.properties().keySet(), loader);
        XADataSource source = XaDataSources.create(spec, settings, choice.properties(), loader);
        return new Target(
                spec,
                source::getXAConnection,
                null,
                choice.obstacle(),
                new XaCapability(),
                new ServersSeen(),
                new Revision());
    }

    /**
     * Returns how to connect to each of the peers that {@code specs} describe, in their order. One whose settings the
     * driver refuses lets nobody in, as long as the driver can connect to another.
     *
     * @throws BadSettingException if the driver cannot be had, or refuses a setting of each peer: of the first one
     */
    List<Target> targets(List<PeerSpec> specs) {
        List<Target> targets = specs.stream().map(this::targetOrRefused).toList();
        requireOne(targets);
        return targets;
    }

    /** As {@link #target(PeerSpec)}, but a peer whose settings the driver refuses lets nobody in. */
    Target targetOrRefused(PeerSpec spec) {
        try {
            return target(spec);
        } catch (BadSettingException e) {
            return Target.refused(spec, e);
        }
    }

    /** @throws BadSettingException that of the first of {@code targets}, if the driver refuses a setting of each */
    static void requireOne(Collection<Target> targets) {
        BadSettingException first = targets.iterator().next().refusal();
        if (first != null && targets.stream().allMatch(target -> target.refusal() != null)) {
            throw first;
        }
    }

    /** Returns whether {@code one} and {@code other} are connected to with the same driver properties and database. */
    static boolean connectsAlike(Peer one, Peer other) {
        return Target.of(one).opensLike(Target.of(other).spec());
    }

    /**
     * Opens a connection to {@code peer}, which has been {@linkplain Peer#reserve reserved} by the caller.
     *
     * @throws SQLException what the driver says; nothing is left open then, and the reservation is the caller's again
     */
    PhysicalConnection open(Peer peer, Credentials credentials) throws SQLException {
        return open(peer, credentials, readiness, addresses, socketTimeoutMillis);
    }

    /**
     * Opens a short-lived connection for the branches of {@code peer}, whatever its role: one that is read-only may hold
     * some. Only a member of a replication group has to take part in it. An answer may take as long as one request for a
     * connection. A user who was named with a password that is no longer the latest logs in with the one that is.
     *
     * @throws SQLException what the driver says; nothing is left open then
     */
    PhysicalConnection openForRecovery(Peer peer, Credentials credentials) throws SQLException {
        SQLException refused = null;
        for (Credentials candidate : passwords.candidates(peer, credentials)) {
            try {
                return openOnceForRecovery(peer, candidate);
            } catch (SQLException e) {
                if (refused != null) {
                    Causes.suppress(e, refused);
                }
                if (!isLoginRefused(e)) {
                    throw e;
                }
                refused = e;
            }
        }
        throw Objects.requireNonNull(refused);
    }

    private static boolean isLoginRefused(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && state.startsWith("28");
    }

    private PhysicalConnection openOnceForRecovery(Peer peer, Credentials credentials) throws SQLException {
        peer.reserve();
        try {
            return open(peer, credentials, branchReadiness, branchAddresses, recoveryTimeoutMillis);
        } catch (SQLException | RuntimeException | Error e) {
            peer.release();
            throw e;
        }
    }

    private PhysicalConnection open(
            Peer peer, Credentials credentials, Readiness readiness, HostAddresses among, int timeoutMillis)
            throws SQLException {
        long generation = peer.generation();
        Target target = Target.of(peer);
        PeerSpec spec = target.spec();
        String user = credentials.user() != null ? credentials.user() : spec.user();
        String password = credentials.password() != null ? credentials.password() : spec.password();
        SocketCapture capture = SocketCapture.begin(among);
        // What a user met whom a request named says nothing of the address to others.
        Runnable avoid = among == addresses && !credentials.equals(Credentials.CONFIGURED) ? () -> {} : capture::avoid;
        XAConnection opened;
        try {
            opened = target.source().getXAConnection(user, password);
            passwords.accepted(peer, credentials);
        } catch (SQLException e) {
            avoid.run();
            throw explanation.of(KeyRetrieval.explained(e), spec);
        } catch (RuntimeException | Error e) {
            avoid.run();
            throw e;
        } finally {
            SocketCapture.end();
        }
        try {
            Connection connection = opened.getConnection();
            ServerStatus server = ServerStatuses.of(driver, connection);
            server.begin();
            look(peer, target.capability(), connection);
            Readiness.Found found = identified(readiness.check(connection), connection);
            if (restoresSocketTimeout) {
                connection.setNetworkTimeout(Runnable::run, timeoutMillis);
            }
            long now = ticker.nanos();
            PhysicalConnection link = new PhysicalConnection(
                    peer,
                    generation,
                    opened,
                    new Session(connection, server),
                    user,
                    capture.linkSocket(),
                    now,
                    now + lifetimeNanos());
            link.belongTo(target.revision());
            link.identify(found, server.idleSeconds());
            link.lead(reached(peer, target, server.loginSession(), found, now), capture.localPort(), capture::avoid);
            link.show(XaDataSources.shownUrl(spec, driver));
            return link;
        } catch (SQLException e) {
            avoid.run();
            closeAfter(opened, e);
            throw explanation.ofCheck(e);
        } catch (RuntimeException | Error e) {
            avoid.run();
            closeAfter(opened, e);
            throw e;
        }
    }

    private void look(Peer peer, XaCapability capability, Connection connection) throws SQLException {
        if (usesXa) {
            String obstacle = capability.obstacle(connection);
            if (!obstacle.isEmpty()) {
                log.cannotDoXa(peer, obstacle);
                return;
            }
            String grant = capability.missingRight(connection);
            if (!grant.isEmpty()) {
                log.cannotList(peer, grant);
            }
        }
    }

    /** Returns what is known of the server and the session, after asking if the check did not learn it. */
    private Readiness.Found identified(Readiness.Found found, Connection connection) {
        if (!twoPhase || found.server() != null) {
            return found;
        }
        try {
            if (usesXa) {
                MySqlFacts facts = MySqlFacts.ask(connection);
                return found.with(facts.session(), facts.server());
            }
            return driver.key().equals("postgresql")
                    ? found.with(0, postgreSql.identify(connection).server())
                    : found;
        } catch (SQLException e) {
            // What does not know the question cannot be told from others; if the connection broke, its next use says
            // so.
            return found;
        }
    }

    private ReachedServer reached(Peer peer, Target target, long login, Readiness.Found found, long now) {
        if (!twoPhase) {
            return ReachedServer.UNKNOWN;
        }
        long own = found.session();
        String lending = target.capability().compare(login, own);
        if (!lending.isEmpty()) {
            log.cannotDoXa(peer, lending);
        }
        ServerId server = found.server();
        if (target.capability().lends()) {
            return new ReachedServer(null, 0, true);
        }
        if (server != null) {
            Set<ServerId> several = target.servers().met(server, now);
            if (!several.isEmpty()) {
                log.sharesAddress(peer, several);
            }
        }
        return new ReachedServer(server, login == 0 ? 0 : own, false);
    }

    /** Returns the servers that the address of {@code peer} has led to lately. */
    Set<ServerId> serversSeen(Peer peer) {
        return Target.of(peer).servers().recent();
    }

    /** Forgets what servers the address of {@code peer} has led to. */
    void forgetServers(Peer peer) {
        Target.of(peer).servers().forget();
    }

    /** The configured life less up to a tenth, so that connections opened together do not end together. */
    private long lifetimeNanos() {
        if (maxLifetimeNanos == 0) {
            return NEVER;
        }
        return maxLifetimeNanos - maxLifetimeNanos / 10 / 1_000 * random.below(1_000);
    }

    /**
     * Asks {@code peer} whether it can serve: opens a connection of its own, and closes it.
     *
     * @return why it should serve only as the last resort, or null
     */
    @Nullable SQLException probe(Peer peer) throws SQLException {
        peer.reserve();
        PhysicalConnection connection;
        try {
            connection = open(peer, Credentials.CONFIGURED);
        } catch (SQLException | RuntimeException | Error e) {
            peer.release();
            throw e;
        }
        connection.close();
        return connection.lastResort();
    }

    private static void closeAfter(XAConnection opened, Throwable failure) {
        try {
            opened.close();
        } catch (SQLException | RuntimeException e) {
            Causes.suppress(failure, e);
        }
    }
}
