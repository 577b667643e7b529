/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.config.DriverProfile;
import io.peerage.config.PeerSpec;
import io.peerage.config.Settings;
import io.peerage.config.XaDataSources;
import io.peerage.jdbc.ServerStatus;
import io.peerage.jdbc.Session;
import io.peerage.peer.Causes;
import io.peerage.peer.Chance;
import io.peerage.peer.Peer;
import io.peerage.peer.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final List<PeerSpec> specs;
    private final DriverProfile driver;
    private final List<XADataSource> sources;
    private final int socketTimeoutMillis;
    private final int recoveryTimeoutMillis;
    private final boolean restoresSocketTimeout;
    private final long maxLifetimeNanos;
    private final Readiness readiness;
    private final Readiness branchReadiness;
    /** Whether transactions are branches on servers of which it can be told whether they can do that. */
    private final boolean usesXa;

    private final List<XaCapability> capabilities;
    private final GroupLog log;
    private final Ticker ticker;
    private final Chance chance;

    Connector(Settings settings, ClassLoader loader, Ticker ticker, Chance chance, GroupLog log) {
        this.specs = settings.peers();
        this.driver = settings.driver();
        this.sources = new ArrayList<>(specs.size());
        Map<String, List<String>> obstacles = new LinkedHashMap<>();
        for (PeerSpec spec : specs) {
            SocketFactoryChoice choice = SocketFactoryChoice.of(spec, settings.driver(), loader);
            if (!choice.obstacle().isEmpty()) {
                obstacles
                        .computeIfAbsent(choice.obstacle(), any -> new ArrayList<>())
                        .add(spec.name());
            }
            sources.add(XaDataSources.create(spec, settings, choice.properties(), loader));
        }
        if (!obstacles.isEmpty()) {
            log.unpeekable(obstacles);
        }
        this.socketTimeoutMillis = Math.toIntExact(settings.socketTimeout().toMillis());
        this.restoresSocketTimeout = settings.driver().socketTimeoutBoundsLogin();
        this.maxLifetimeNanos = settings.maxLifetime().toNanos();
        int checkSeconds =
                (int) Math.max(1, settings.connectTimeout().plusMillis(999).toSeconds());
        this.readiness = Readiness.of(settings.readinessCheck(), settings.driver(), checkSeconds);
        this.branchReadiness =
                settings.driver().speaksMySql() ? GroupMembership::checkIfMember : connection -> Readiness.NOTHING;
        this.recoveryTimeoutMillis = Math.toIntExact(settings.acquireTimeout().toMillis());
        this.usesXa = settings.twoPhaseCommit() && settings.driver().speaksMySql();
        this.capabilities = specs.stream().map(any -> new XaCapability()).toList();
        this.log = log;
        this.ticker = ticker;
        this.chance = chance;
    }

    /**
     * Opens a connection to {@code peer}, which has been {@linkplain Peer#reserve reserved} by the caller.
     *
     * @throws SQLException what the driver says; nothing is left open then, and the reservation is the caller's again
     */
    PhysicalConnection open(Peer peer, Credentials credentials) throws SQLException {
        return open(peer, credentials, readiness, socketTimeoutMillis);
    }

    /**
     * Opens a short-lived connection for the branches of {@code peer}, whatever its role: one that is read-only may hold
     * some. Only a member of a replication group has to take part in it. An answer may take as long as one request for a connection.
     *
     * @throws SQLException what the driver says; nothing is left open then
     */
    PhysicalConnection openForRecovery(Peer peer, Credentials credentials) throws SQLException {
        peer.reserve();
        try {
            return open(peer, credentials, branchReadiness, recoveryTimeoutMillis);
        } catch (SQLException | RuntimeException | Error e) {
            peer.release();
            throw e;
        }
    }

    private PhysicalConnection open(Peer peer, Credentials credentials, Readiness readiness, int timeoutMillis)
            throws SQLException {
        long generation = peer.generation();
        PeerSpec spec = specs.get(peer.index());
        String user = credentials.user() != null ? credentials.user() : spec.user();
        String password = credentials.password() != null ? credentials.password() : spec.password();
        SocketCapture capture = SocketCapture.begin();
        XAConnection opened;
        try {
            opened = sources.get(peer.index()).getXAConnection(user, password);
        } finally {
            SocketCapture.end();
        }
        try {
            Connection connection = opened.getConnection();
            ServerStatus server = ServerStatuses.of(driver, connection);
            server.begin();
            look(peer, connection);
            Readiness.Found found = readiness.check(connection);
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
                    capture.socketing(),
                    now,
                    now + lifetimeNanos());
            link.identify(found);
            link.show(XaDataSources.shownUrl(spec, driver));
            return link;
        } catch (SQLException | RuntimeException | Error e) {
            closeAfter(opened, e);
            throw e;
        }
    }

    private void look(Peer peer, Connection connection) throws SQLException {
        if (usesXa) {
            String obstacle = capabilities.get(peer.index()).obstacle(connection);
            if (!obstacle.isEmpty()) {
                log.cannotDoXa(peer, obstacle);
            }
        }
    }

    /** The configured life less up to a tenth, so that connections opened together do not end together. */
    private long lifetimeNanos() {
        if (maxLifetimeNanos == 0) {
            return NEVER;
        }
        return maxLifetimeNanos - maxLifetimeNanos / 10 / 1_000 * chance.below(1_000);
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
