/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import jakarta.resource.ResourceException;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the driver cannot be given a socket factory: the adapter says so once for the pool, and pings instead. */
@Timeout(120)
class NoChannelIT {

    @AutoClose
    private static LivePeers live;
    /** A field, for the log manager holds loggers weakly. */
    private final Logger logger = Logger.getLogger("io.peerage");

    private final LogLines lines = new LogLines();
    private final Pool pool = new Pool();

    private static final class LogLines extends Handler {

        private final List<String> written = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            written.add(line.getMessage());
        }

        @Override
        public void flush() {
            // written at once
        }

        @Override
        public void close() {
            // nothing is held
        }

        List<String> unpeekable() {
            return written.stream().filter(line -> line.contains("PEERAGE-003")).toList();
        }
    }

    /** Makes a pool of the adapter that its own class loader sees: driver, properties and peers in, DataSource out. */
    public static final class Pool implements Function<List<String>, DataSource>, AutoCloseable {

        private final LifoContainer container = new LifoContainer(4);

        @Override
        public DataSource apply(List<String> driverPropertiesPeers) {
            PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
            factory.setDriver(driverPropertiesPeers.get(0));
            factory.setConnectionProperties(driverPropertiesPeers.get(1));
            factory.setPeers(driverPropertiesPeers.get(2));
            factory.setDatabaseName("shop");
            factory.setUserName("app");
            factory.setPassword("app");
            factory.setConnectTimeoutMillis(1000);
            factory.setCheckIntervalSeconds(3_600);
            factory.setRebalancePerSecond(0);
            factory.setValidateAfterIdleMillis(3_600_000);
            try {
                return container.fill(factory, 4).dataSource(factory);
            } catch (ResourceException e) {
                throw new IllegalStateException("cannot fill the pool", e);
            }
        }

        @Override
        public void close() {
            container.close();
        }
    }

    @BeforeAll
    static void startPeers() {
        live = new LivePeers(2);
    }

    @BeforeEach
    void listen() {
        logger.addHandler(lines);
    }

    @AfterEach
    void close() {
        logger.removeHandler(lines);
        pool.close();
    }

    @Test
    void theDeployersOwnSocketFactoryIsLeftAlone() throws Exception {
        survives(pool.apply(List.of("mysql", "socketFactory=com.mysql.cj.protocol.StandardSocketFactory", peers())));
        assertThat(lines.unpeekable())
                .singleElement()
                .asString()
                .contains("peer1, peer2 (the deployer set socketFactory)");
    }

    @Test
    void aDriverNamedByItsClassIsNotGivenOne() throws Exception {
        survives(pool.apply(List.of("com.mysql.cj.jdbc.MysqlXADataSource", "", peers())));
        assertThat(lines.unpeekable())
                .singleElement()
                .asString()
                .contains("not known how to give com.mysql.cj.jdbc.MysqlXADataSource a socket factory");
    }

    /** As with a driver in the server's library folder. */
    @Test
    void aDriverAboveTheAdapterCannotSeeOne() throws Exception {
        URL adapter = codeOf(PeerManagedConnectionFactory.class);
        URL tests = codeOf(NoChannelIT.class);
        List<URL> libraries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            URL url = Path.of(entry).toUri().toURL();
            if (!url.equals(adapter) && !url.equals(tests)) {
                libraries.add(url);
            }
        }
        try (URLClassLoader server =
                        new URLClassLoader(libraries.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                URLClassLoader archive = new URLClassLoader(new URL[] {adapter, tests}, server)) {
            Object made =
                    archive.loadClass(Pool.class.getName()).getConstructor().newInstance();
            assertThat(made.getClass()).isNotEqualTo(Pool.class);
            @SuppressWarnings("unchecked") // the class above, of another loader
            Function<List<String>, DataSource> foreign = (Function<List<String>, DataSource>) made;
            try (AutoCloseable closing = (AutoCloseable) made) {
                assertThat(closing).isNotNull();
                survives(foreign.apply(List.of("mysql", "", peers())));
            }
        }
        assertThat(lines.unpeekable())
                .singleElement()
                .asString()
                .contains("the driver's class loader does not see the adapter");
    }

    private static String peers() {
        return "peer1@" + live.peer(1).address() + ",peer2@" + live.peer(2).address();
    }

    private static URL codeOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /** A crash of each peer in turn leaves no stale connection to be seen, and the pings are counted. */
    private static void survives(DataSource source) throws Exception {
        long before = pings();
        live.shares(source, 20);
        assertThat(pings()).as("one ping for each query").isEqualTo(before + 20);
        for (LocalPeer peer : live.peers) {
            peer.kill();
            peer.restart();
            assertThat(live.shares(source, 20)).isNotEmpty();
        }
    }

    private static long pings() {
        return live.peers.stream()
                .mapToLong(peer -> peer.status("Com_admin_commands"))
                .sum();
    }
}
