/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Facilities;
import io.peerage.local.Flavour;
import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that end sessions nobody has used for a while: an idle pool is replaced, and nobody thinks ill of them. */
@Timeout(120)
class IdleTimeoutIT {

    private static final int POOL = 4;

    private final String group = "pool-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(group);

    @AutoClose
    private final LifoContainer container = new LifoContainer(POOL);

    private final PeerManagedConnectionFactory factory = LocalFactories.create();

    private PeerDataSource pool(List<LocalPeer> peers, String driver, String properties, String check)
            throws Exception {
        factory.setDriver(driver);
        factory.setPeers(peers.get(0).address() + "," + peers.get(1).address());
        factory.setConnectionProperties(properties);
        factory.setGroupName(group);
        factory.setReadinessCheck(check);
        // so long that whatever is asked here is asked for a reason
        factory.setCheckIntervalSeconds(86_400);
        factory.setRebalancePerSecond(0);
        return container.fill(factory, POOL).dataSource(factory);
    }

    /** Holds all connections of the pool at a time, so that each one is used. */
    private static void useAll(PeerDataSource source) throws SQLException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            all.add(source.getConnection());
        }
        for (Connection connection : all) {
            try (connection;
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT 1");
            }
        }
    }

    private static long sessions(List<LocalPeer> peers) {
        return peers.stream()
                .mapToLong(peer -> Long.parseLong(peer.execute(
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE user = '" + LocalPeer.USER + "'")))
                .sum();
    }

    /** Returns how many connections both have taken so far, with the two of this question. */
    private static long taken(List<LocalPeer> peers) {
        return peers.stream().mapToLong(peer -> peer.status("Connections")).sum();
    }

    private static List<LocalPeer> start(String server, String option) {
        if (server.equals("mysql")) {
            Assumptions.assumeTrue(Facilities.mySql(), "there is no MySQL server");
        }
        Flavour flavour = server.equals("mysql") ? Flavours.mySql() : Flavours.mariaDb();
        return List.of(LocalPeer.start(flavour, "one", option), LocalPeer.start(flavour, "two", option));
    }

    @ParameterizedTest
    @CsvSource({
        "mariadb, mysql, '', auto",
        "mariadb, mysql, '', none",
        // without a look at the socket
        "mariadb, mysql, socketFactory=com.mysql.cj.protocol.StandardSocketFactory, auto",
        "mariadb, mysql, interactiveClient=true, auto",
        "mariadb, mariadb, sslMode=disable, auto",
        "mysql, mysql, '', auto",
        "mysql, mysql, '', none",
        "mysql, mysql, sslMode=DISABLED;allowPublicKeyRetrieval=true, auto",
        "mysql, mariadb, sslMode=trust, auto"
    })
    void anIdlePoolIsReplacedAndNobodyIsAsked(String server, String driver, String properties, String check)
            throws Exception {
        String option = properties.startsWith("interactive") ? "--interactive-timeout=2" : "--wait-timeout=2";
        List<LocalPeer> peers = start(server, option);
        try {
            PeerDataSource source = pool(peers, driver, properties, check);
            for (int round = 0; round < 2; round++) {
                useAll(source);
                Patience.await("the sessions to be ended", () -> sessions(peers) == 0);
                long before = taken(peers);
                useAll(source);
                assertThat(taken(peers) - before - peers.size())
                        .as("connects: each is replaced, and nobody is asked")
                        .isEqualTo(POOL);
            }
            assertThat(log.with("PEERAGE-013")).isEmpty();
            assertThat(log.with("PEERAGE-014")).isEmpty();
            assertThat(log.with("PEERAGE-010")).isEmpty();
            assertThat(container.created()).isEqualTo(POOL);
        } finally {
            peers.forEach(LocalPeer::close);
        }
    }

    @ParameterizedTest
    @CsvSource({"mariadb, mysql, ''", "mariadb, mariadb, sslMode=disable", "mysql, mysql, ''"})
    void whatEndsBeforeItsTimeIsASuspicion(String server, String driver, String properties) throws Exception {
        List<LocalPeer> peers = start(server, "--wait-timeout=600");
        try {
            PeerDataSource source = pool(peers, driver, properties, "auto");
            useAll(source);
            LocalPeer hurt = peers.get(0);
            hurt.execute("SELECT id FROM information_schema.processlist WHERE user = '" + LocalPeer.USER + "'")
                    .lines()
                    .forEach(session -> hurt.execute("KILL " + session));
            Patience.await("the sessions to be ended", () -> sessions(List.of(hurt)) == 0);
            useAll(source);
            Patience.await("it to be asked", () -> !log.with("PEERAGE-014").isEmpty());
            assertThat(log.with("PEERAGE-013")).isNotEmpty();
        } finally {
            peers.forEach(LocalPeer::close);
        }
    }

    /** A crash while everything is idle, for longer than the server would have let it be: the next use finds it out. */
    @ParameterizedTest
    @CsvSource({"mariadb, mysql, ''"})
    void aCrashIsNoticedAllTheSame(String server, String driver, String properties) throws Exception {
        List<LocalPeer> peers = start(server, "--wait-timeout=2");
        try {
            PeerDataSource source = pool(peers, driver, properties, "auto");
            useAll(source);
            Patience.await("the sessions to be ended", () -> sessions(peers) == 0);
            peers.get(0).kill();
            useAll(source);
            LivePeers.awaitState(source, peers.get(0).address(), "down");
        } finally {
            peers.forEach(LocalPeer::close);
        }
    }

    /** {@code idle_session_timeout}. */
    @ParameterizedTest
    @CsvSource("postgresql")
    void anIdlePoolOfPostgreSqlIsReplacedAndNobodyIsAsked(String driver) throws Exception {
        Assumptions.assumeTrue(Facilities.postgreSql(), "PostgreSQL does not run here");
        List<LocalPeer> peers = LocalPeer.startAll(Flavours.postgreSql(), 2);
        PostgreSqlDialect dialect = new PostgreSqlDialect();
        try {
            for (LocalPeer peer : peers) {
                dialect.idleTimeout(peer, true);
            }
            PeerDataSource source = pool(peers, driver, "", "auto");
            useAll(source);
            Patience.await(
                    "the sessions to be ended",
                    () -> peers.stream().allMatch(peer -> dialect.sessions(peer).isEmpty()));
            useAll(source);
            assertThat(log.with("PEERAGE-013")).isEmpty();
            assertThat(log.with("PEERAGE-014")).isEmpty();
            assertThat(container.created()).isEqualTo(POOL);
        } finally {
            peers.forEach(LocalPeer::close);
        }
    }
}
