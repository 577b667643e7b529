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
import io.peerage.server.ReachedServer;
import io.peerage.server.Readiness;
import io.peerage.server.ReadinessChecks;
import io.peerage.server.ServerId;
import io.peerage.server.ServerStatuses;
import io.peerage.server.XaCapability;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the peers of one group, each within the bounds of {@code ConnectTimeoutMillis} for TCP and for
 * every answer of the login.
 *
 * <p>Thread-safe.
 */
public final class Connector implements Logins.Opener {

    /** Far enough off, and clear of overflow when added to a reading of the clock. */
    private static final long NEVER = Long.MAX_VALUE / 2;

    private final Settings settings;
    private final ClassLoader loader;
    private final DriverProfile driver;
    /** Whether transactions are branches on servers of which it can be told whether they can do that. */
    private final boolean usesXa;

    private final Purpose serving;
    private final Purpose branches;
    private final Explanation explanation;
    private final Passwords passwords = new Passwords();
    private final GroupLog log;
    private final Ticker ticker;
    private final RandomSource random;

    /**
     * What a connection is opened for.
     *
     * @param addresses where names lead that have several: those who look for a certain server keep their own
     * @param answerTimeout how long each answer may take once it is open; 0 = for ever
     */
    private record Purpose(Readiness readiness, HostAddresses addresses, Duration answerTimeout) {}

    Connector(
            Settings settings,
            ClassLoader loader,
            Resolver resolver,
            Ticker ticker,
            RandomSource random,
            GroupLog log) {
        this.settings = settings;
        this.loader = loader;
        this.driver = settings.driver();
        this.usesXa = settings.twoPhaseCommit() && driver.speaksMySql();
        int checkSeconds =
                (int) Math.max(1, settings.connectTimeout().plusMillis(999).toSeconds());
        Readiness identity = settings.twoPhaseCommit()
                ? ReadinessChecks.identity(driver, checkSeconds)
                : connection -> Readiness.NOTHING;
        this.serving = new Purpose(
                ReadinessChecks.of(settings.readinessCheck(), driver, checkSeconds)
                        .andIdentity(identity),
                new HostAddresses(resolver, ticker),
                settings.socketTimeout());
        this.branches = new Purpose(
                ReadinessChecks.forBranches(driver).andIdentity(identity),
                new HostAddresses(resolver, ticker),
                settings.acquireTimeout());
        this.explanation = new Explanation(
                driver.exceptionSorter(), settings.connectTimeout().toMillis());
        this.log = log;
        this.ticker = ticker;
        this.random = random;
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

    /**
     * Returns how to connect to the peer that {@code spec} describes. Connects to nothing. A peer whose settings the
     * driver refuses lets nobody in.
     */
    Target targetOrRefused(PeerSpec spec) {
        try {
            SocketFactoryChoice choice = SocketFactoryChoice.of(
                    driver.key(), driver.dataSourceClass(), spec.properties().keySet(), loader);
            XADataSource source = XaDataSources.create(spec, settings, choice.properties(), loader);
            return new Target(spec, source, null, choice.obstacle());
        } catch (BadSettingException e) {
            return new Target(spec, null, e, "");
        }
    }

    /** @throws BadSettingException that of the first of {@code targets}, if the driver refuses a setting of each */
    static void requireOne(Collection<Target> targets) {
        BadSettingException first = targets.iterator().next().refusal();
        if (first != null && targets.stream().allMatch(target -> target.refusal() != null)) {
            throw first;
        }
    }

    @Override
    public boolean connectsAlike(Peer one, Peer other) {
        return Target.of(one).opensLike(Target.of(other).spec());
    }

    /**
     * Opens a connection to {@code peer}, for who does what applications do.
     *
     * @throws SQLException what the driver says; nothing is left open then
     */
    @Override
    public PhysicalConnection open(Peer peer, Credentials credentials) throws SQLException {
        return open(peer, credentials, serving);
    }

    /**
     * Opens a short-lived connection for the branches of {@code peer}, whatever its role: one that is read-only may
     * hold some. Only a member of a replication group has to take part in it. An answer may take as long as one request
     * for a connection. A user who was named with a password that is no longer the latest logs in with the one that is.
     *
     * @throws SQLException what the driver says; nothing is left open then
     */
    public PhysicalConnection openForRecovery(Peer peer, Credentials credentials) throws SQLException {
        SQLException refused = null;
        for (Credentials candidate : passwords.candidates(peer, credentials)) {
            try {
                return open(peer, candidate, branches);
            } catch (SQLException e) {
                if (refused != null) {
                    Causes.suppress(e, refused);
                }
                String state = e.getSQLState();
                if (state == null || !state.startsWith("28")) {
                    throw e;
                }
                refused = e;
            }
        }
        throw Objects.requireNonNull(refused);
    }

    private PhysicalConnection open(Peer peer, Credentials credentials, Purpose purpose) throws SQLException {
        long generation = peer.generation();
        Target target = Target.of(peer);
        PeerSpec spec = target.spec();
        String user = credentials.user() != null ? credentials.user() : spec.user();
        String password = credentials.password() != null ? credentials.password() : spec.password();
        SocketCapture capture = SocketCapture.begin(purpose.addresses);
        peer.reserve();
        XAConnection opened = null;
        try {
            try {
                opened = target.logIn(user, password);
                passwords.accepted(peer, credentials);
            } finally {
                SocketCapture.end();
            }
            Connection connection = opened.getConnection();
            ServerStatus server = ServerStatuses.of(driver, connection);
            server.begin();
            look(peer, target.capability(), connection);
            Readiness.Found found = purpose.readiness.check(connection);
            if (driver.socketTimeoutBoundsLogin()) {
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(purpose.answerTimeout.toMillis()));
            }
            long now = ticker.nanos();
            return new PhysicalConnection(
                    peer,
                    new PhysicalConnection.Login(
                            generation,
                            opened,
                            new Session(connection, server),
                            user,
                            capture.linkSocket(),
                            capture.localPort(),
                            capture::avoid,
                            found.lastResort(),
                            reached(peer, target, server.loginSession(), found, now),
                            found.idleMillis() > 0
                                    ? TimeUnit.MILLISECONDS.toNanos(found.idleMillis())
                                    : TimeUnit.SECONDS.toNanos(server.idleSeconds()),
                            XaDataSources.shownUrl(spec, driver),
                            target.outdated(),
                            now,
                            now + lifetimeNanos()));
        } catch (SQLException | RuntimeException | Error e) {
            // What a user met whom a request named says nothing of the address to others.
            if (purpose.equals(branches) || credentials.equals(Credentials.CONFIGURED)) {
                capture.avoid();
            }
            closeAfter(opened, e);
            peer.release();
            if (!(e instanceof SQLException failure)) {
                throw e;
            }
            throw opened == null ? explanation.of(KeyRetrieval.explained(failure), spec) : explanation.ofCheck(failure);
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

    private ReachedServer reached(Peer peer, Target target, long login, Readiness.Found found, long now) {
        if (!settings.twoPhaseCommit()) {
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
    public Set<ServerId> serversSeen(Peer peer) {
        return Target.of(peer).servers().recent();
    }

    /** Forgets what servers the address of {@code peer} has led to. */
    public void forgetServers(Peer peer) {
        Target.of(peer).servers().forget();
    }

    /** The configured life less up to a tenth, so that connections opened together do not end together. */
    private long lifetimeNanos() {
        long most = settings.maxLifetime().toNanos();
        return most == 0 ? NEVER : most - most / 10 / 1_000 * random.below(1_000);
    }

    private static void closeAfter(@Nullable XAConnection opened, Throwable failure) {
        if (opened != null) {
            try {
                opened.close();
            } catch (SQLException | RuntimeException | Error e) {
                Causes.suppress(failure, e);
            }
        }
    }
}
