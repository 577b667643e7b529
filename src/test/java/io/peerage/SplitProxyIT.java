/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.local.Facilities;
import io.peerage.local.Flavour;
import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import io.peerage.local.PacedLoad;
import io.peerage.local.Patience;
import io.peerage.local.ReadWriteProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A proxy that sends SHOW and SELECT to a replica and the rest to the server that takes writes, as ProxySQL and
 * MaxScale are set up: each kind of server, with both drivers, is asked where writes go.
 */
@Timeout(120)
class SplitProxyIT {

    /** What holds on each server. */
    @TestInstance(TestInstance.Lifecycle.PER_METHOD)
    abstract static class Cases {

        private final String group = "pool-" + UUID.randomUUID();
        /** It keeps the checks going. */
        private final LifoContainer container = new LifoContainer(12);

        private final RecordedLog log = new RecordedLog(group);
        private final LocalPeer writer;
        private final LocalPeer reader;
        private final ReadWriteProxy proxy;
        private PeerManagedConnectionFactory factory;

        Cases(Flavour flavour) {
            writer = LocalPeer.start(flavour, "writer");
            reader = LocalPeer.start(flavour, "reader", "--read-only=ON");
            proxy = ReadWriteProxy.before(writer.port(), reader.port());
        }

        abstract String driver();

        abstract String properties();

        @BeforeEach
        void configure() {
            writer.execute("CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY)");
            factory = LocalFactories.create();
            factory.setPeers("proxied@" + proxy.address());
            factory.setDriver(driver());
            factory.setConnectionProperties(properties());
            factory.setGroupName(group);
            factory.setCheckIntervalSeconds(1);
            factory.setAcquireTimeoutMillis(2_000);
        }

        @AfterEach
        void end() {
            container.close();
            log.close();
            LivePeers.stop(factory);
            proxy.close();
            writer.close();
            reader.close();
        }

        private static void insert(PeerDataSource source) throws SQLException {
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("INSERT INTO t VALUES ()")).isEqualTo(1);
            }
        }

        @Test
        void aReplicaThatAnswersShowDoesNotTakeTheWriterDown() throws Exception {
            PeerDataSource source = container.fill(factory, 2).dataSource(factory);
            for (int i = 0; i < 20; i++) {
                insert(source);
            }
            assertThat(writer.execute("SELECT COUNT(*) FROM shop.t")).isEqualTo("20");
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT @@port")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).as("where reads go").isEqualTo(reader.port());
            }
            assertThat(log.with("PEERAGE-010")).isEmpty();
        }

        @Test
        void aWriterThatTakesNoWritesIsLeftOutWhateverTheReplicaSays() throws Exception {
            PeerDataSource source = container.fill(factory, 2).dataSource(factory);
            insert(source);
            reader.execute("SET GLOBAL read_only = OFF");
            writer.execute("SET GLOBAL read_only = ON");
            LivePeers.awaitState(source, "proxied", "down");
            assertThatThrownBy(() -> insert(source)).hasMessageContaining("read_only is ON");
            writer.execute("SET GLOBAL read_only = OFF");
            LivePeers.awaitState(source, "proxied", "up");
            insert(source);
        }

        /** As PROXYSQL PAUSE: new clients are refused, idle ones ended, and a transaction finishes. */
        @Test
        void aProxyThatIsPausedIsLeftOutAndComesBack() throws Exception {
            try (ReadWriteProxy other = ReadWriteProxy.before(writer.port())) {
                factory.setPeers("proxied@" + proxy.address() + ",other@" + other.address());
                factory.setTwoPhaseCommit(false);
                PeerDataSource source = container.fill(factory, 2).dataSource(factory);
                try (Connection running = onProxied(source)) {
                    running.setAutoCommit(false);
                    try (Statement statement = running.createStatement()) {
                        statement.executeUpdate("INSERT INTO t VALUES ()");
                        proxy.pause();
                        for (int i = 0; i < 20; i++) {
                            insert(source);
                        }
                        LivePeers.awaitState(source, "proxied", "down");
                        statement.executeUpdate("INSERT INTO t VALUES ()");
                        running.commit();
                    }
                }
                for (int i = 0; i < 20; i++) {
                    insert(source);
                }
                Patience.await("no client to be left", () -> proxy.clients() == 0);
                proxy.resume();
                LivePeers.awaitState(source, "proxied", "up");
                Patience.await("a client to be back", () -> proxy.clients() > 0);
                insert(source);
                assertThat(writer.execute("SELECT COUNT(*) FROM shop.t")).isEqualTo("43");
            }
        }

        /** Returns a connection that leads to the first peer; with two at rest, one to each, there is one. */
        private Connection onProxied(PeerDataSource source) throws Exception {
            while (true) {
                Connection connection = source.getConnection();
                if (connection.getMetaData().getURL().contains(proxy.address())) {
                    return connection;
                }
                connection.close();
            }
        }

        /** It waited in vain for one of its connections, and the next login may find one: 9001 alone is no death. */
        @Test
        void aProxyThatIsSaturatedForAMomentIsAskedAgain() throws Exception {
            PeerDataSource source = container.fill(factory, 2).dataSource(factory);
            insert(source);
            proxy.saturate(500);
            LivePeers.awaitState(source, "proxied", "suspected");
            assertThat(LivePeers.status(source, "proxied").cause()).contains("Max connect timeout");
            proxy.relieve();
            LivePeers.awaitState(source, "proxied", "up");
            insert(source);
            assertThat(log.with("PEERAGE-010")).isEmpty();
            assertThat(log.with("PEERAGE-013"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).contains("a login to peer proxied failed"));
        }

        /** Those that have a backend keep it: work under way shows that the proxy lives, whoever it lets in. */
        @Test
        void aSaturatedProxyServesThoseItHasAndIsNotDown() throws Exception {
            PeerDataSource source = container.fill(factory, 2).dataSource(factory);
            proxy.saturate(500);
            try {
                long end = System.nanoTime() + 2_000_000_000L;
                Patience.await("the peer to be known as one that lets nobody in", () -> {
                    insert(source);
                    return LivePeers.status(source, "proxied").state().equals("refusing");
                });
                while (System.nanoTime() - end < 0) {
                    insert(source);
                }
            } finally {
                proxy.relieve();
            }
            LivePeers.awaitState(source, "proxied", "up");
            assertThat(log.with("PEERAGE-010")).isEmpty();
        }

        /** That its statements fail proves nothing for it, nor do pings, which it answers by itself. */
        @ParameterizedTest
        @CsvSource({"300, what a check meets is 9001", "1500, what a check meets is silence"})
        void aProxyThatLosesItsBackendsUnderLoadIsLeftOutAndComesBack(long millis, String what) throws Exception {
            factory.setConnectTimeoutMillis(1_000);
            factory.setAcquireTimeoutMillis(500);
            PeerDataSource source = container.fill(factory, 12).dataSource(factory);
            try (PacedLoad load = PacedLoad.start(12, () -> {
                insert(source);
                return proxy.port();
            })) {
                load.awaitMore(100);
                proxy.loseBackends(millis);
                LivePeers.awaitState(source, "proxied", "down");
                load.awaitEveryThread();
                load.awaitEveryThread();
                assertThat(LivePeers.status(source, "proxied").state()).as(what).isIn("down", "probing");
                assertThat(log.with("PEERAGE-015")).as(what).isEmpty();
                proxy.relieve();
                LivePeers.awaitState(source, "proxied", "up");
                load.awaitEveryThread();
                int failures = load.failures().size();
                load.awaitMore(500);
                assertThat(load.failures()).as("since it is back").hasSize(failures);
                assertThat(log.with("PEERAGE-010")).hasSize(1);
            }
        }

        @Test
        void aProxyWithoutBackendsIsLeftOutAndComesBack() throws Exception {
            PeerDataSource source = container.fill(factory, 2).dataSource(factory);
            insert(source);
            proxy.saturate(300);
            LivePeers.awaitState(source, "proxied", "down");
            assertThatThrownBy(() -> insert(source)).hasMessageContaining("proxied");
            proxy.relieve();
            LivePeers.awaitState(source, "proxied", "up");
            insert(source);
        }
    }

    @Nested
    class OnMariaDb extends Cases {
        OnMariaDb() {
            super(Flavours.mariaDb());
        }

        @Override
        String driver() {
            return "mysql";
        }

        @Override
        String properties() {
            return "";
        }
    }

    @Nested
    class OnMySql extends Cases {
        OnMySql() {
            super(flavour());
        }

        @Override
        String driver() {
            return "mysql";
        }

        @Override
        String properties() {
            return "allowPublicKeyRetrieval=true";
        }

        private static Flavour flavour() {
            Assumptions.assumeTrue(Facilities.mySql(), "there is no MySQL server");
            return Flavours.mySql();
        }
    }

    @Nested
    class OnMariaDbWithItsDriver extends Cases {
        OnMariaDbWithItsDriver() {
            super(Flavours.mariaDb());
        }

        @Override
        String driver() {
            return "mariadb";
        }

        @Override
        String properties() {
            return "sslMode=disable";
        }
    }
}
