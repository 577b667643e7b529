/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.local.Facilities;
import io.peerage.local.Flavour;
import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Driver properties that no server can make good: the request fails at once, and says which property it is. */
@Timeout(60)
class UnacceptableSettingsIT {

    private static final int ACQUIRE_TIMEOUT_MILLIS = 10_000;

    /** What a request may take that fails at once, with drivers and servers that start cold. */
    private static final Duration AT_ONCE = Duration.ofMillis(ACQUIRE_TIMEOUT_MILLIS / 2);

    private static final Map<String, List<LocalPeer>> SERVERS = new ConcurrentHashMap<>();

    private final String group = "pool-" + UUID.randomUUID();

    @AutoClose
    private final RecordedLog log = new RecordedLog(group);

    @AutoClose
    private final LifoContainer container = new LifoContainer(4);

    private final PeerManagedConnectionFactory factory = LocalFactories.create();

    @AfterAll
    static void stopServers() {
        SERVERS.values().forEach(servers -> servers.forEach(LocalPeer::close));
        SERVERS.clear();
    }

    private static List<LocalPeer> servers(String kind) {
        return SERVERS.computeIfAbsent(kind, any -> LocalPeer.startAll(flavour(any), 2));
    }

    private static Flavour flavour(String kind) {
        return switch (kind) {
            case "mysql" -> {
                Assumptions.assumeTrue(Facilities.mySql(), "there is no MySQL server");
                yield Flavours.mySql();
            }
            case "postgresql" -> {
                Assumptions.assumeTrue(Facilities.postgreSql(), "PostgreSQL does not run here");
                yield Flavours.postgreSql();
            }
            default -> Flavours.mariaDb();
        };
    }

    private PeerDataSource pool(String driver, String peers, String properties) {
        factory.setDriver(driver);
        factory.setPeers(peers);
        factory.setConnectionProperties(properties);
        factory.setGroupName(group);
        factory.setCheckIntervalSeconds(86_400);
        factory.setAcquireTimeoutMillis(ACQUIRE_TIMEOUT_MILLIS);
        return container.dataSource(factory);
    }

    private static String at(LocalPeer peer, String properties) {
        StringBuilder parameters = new StringBuilder();
        for (String property : properties.isEmpty() ? new String[0] : properties.split(";", -1)) {
            String[] parts = property.split("=", 2);
            parameters
                    .append(parameters.isEmpty() ? '?' : '&')
                    .append(parts[0])
                    .append('=')
                    .append(URLEncoder.encode(parts[1], StandardCharsets.UTF_8));
        }
        return peer.address() + parameters;
    }

    private void failsAtOnce(PeerDataSource source, String name) {
        long began = System.nanoTime();
        Throwable failure = catchThrowable(() -> ask(source));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.println("unacceptable | " + name + " | " + took.toMillis() + " ms | " + failure);
        assertThat(failure).isInstanceOf(SQLException.class).hasMessageContaining(name);
        assertThat(took).isLessThan(AT_ONCE);
        assertThat(log.with("PEERAGE-010")).as("nobody is down").isEmpty();
        assertThat(log.with("PEERAGE-012")).as("nobody is down").isEmpty();
    }

    private static void ask(PeerDataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mariadb    | mysql      | sslMode=FOO                              | sslMode=FOO
                    mariadb    | mysql      | zeroDateTimeBehavior=nonsense            | zeroDateTimeBehavior=nonsense
                    mariadb    | mysql      | useCompression=perhaps                   | useCompression=perhaps
                    mariadb    | mysql      | prepStmtCacheSize=many                   | prepStmtCacheSize=many
                    mariadb    | mysql      | useConfigs=nope                          | useConfigs=nope
                    mariadb    | mysql      | connectionTimeZone=Mars/Olympus          | connectionTimeZone=Mars/Olympus
                    mariadb    | mysql      | serverTimezone=Mars/Olympus              | serverTimezone=Mars/Olympus
                    mariadb    | mysql      | characterEncoding=klingon                | characterEncoding=klingon
                    mariadb    | mysql      | queryInterceptors=no.Such                | queryInterceptors=no.Such
                    mariadb    | mysql      | socketFactory=no.Such                    | socketFactory=no.Such
                    mariadb    | mysql      | sessionVariables=nosuch=1                | sessionVariables=nosuch=1
                    mariadb    | mysql      | sslMode=REQUIRED                         | sslMode=REQUIRED
                    mariadb    | mariadb    | sslMode=FOO                              | sslMode=FOO
                    mariadb    | mariadb    | useCompression=perhaps                   | useCompression=perhaps
                    mariadb    | mariadb    | transactionIsolation=FOO                 | transactionIsolation=FOO
                    mariadb    | mariadb    | timezone=Mars/Olympus                    | timezone=Mars/Olympus
                    mariadb    | mariadb    | socketFactory=no.Such                    | socketFactory=no.Such
                    mariadb    | mariadb    | sessionVariables=nosuch=1                | sessionVariables=nosuch=1
                    mariadb    | mariadb    | sslMode=trust                            | sslMode=trust
                    mysql      | mysql      | sslMode=VERIFY_CA;trustCertificateKeyStoreUrl=file:///nope | trustCertificateKeyStoreUrl=file:///nope
                    mysql      | mysql      | clientCertificateKeyStoreUrl=file:///nope | clientCertificateKeyStoreUrl=file:///nope
                    mysql      | mysql      | tlsVersions=TLSv9                        | tlsVersions=TLSv9
                    mysql      | mysql      | sslMode=REQUIRED;tlsCiphersuites=NOPE    | tlsCiphersuites=NOPE
                    mysql      | mariadb    | sslMode=trust;keyStore=/nope             | keyStore=/nope
                    mysql      | mariadb    | sslMode=verify-ca;serverSslCert=/nope    | serverSslCert=/nope
                    postgresql | postgresql | sslmode=FOO                              | sslmode=FOO
                    postgresql | postgresql | prepareThreshold=many                    | prepareThreshold=many
                    postgresql | postgresql | socketFactory=no.Such                    | socketFactory=no.Such
                    postgresql | postgresql | sslmode=require                          | sslmode=require
                    """)
    void whatNoPeerTakesFailsAtOnceAndIsNamed(String server, String driver, String properties, String named)
            throws Exception {
        List<LocalPeer> peers = servers(server);
        failsAtOnce(
                pool(
                        driver,
                        peers.stream()
                                .map(peer -> peer.name() + "@" + peer.address())
                                .reduce((a, b) -> a + "," + b)
                                .orElseThrow(),
                        properties),
                named);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mariadb    | mysql      | sslMode=FOO                     | sslMode=FOO
                    mariadb    | mysql      | connectionTimeZone=Mars/Olympus | connectionTimeZone=Mars/Olympus
                    mariadb    | mysql      | characterEncoding=klingon       | characterEncoding=klingon
                    mariadb    | mysql      | queryInterceptors=no.Such       | queryInterceptors=no.Such
                    mariadb    | mariadb    | sslMode=FOO                     | sslMode=FOO
                    mariadb    | mariadb    | timezone=Mars/Olympus           | timezone=Mars/Olympus
                    postgresql | postgresql | sslmode=FOO                     | sslmode=FOO
                    """)
    void whereOnePeerHasItTheOthersServeAndTheLogSaysWhy(String server, String driver, String properties, String named)
            throws Exception {
        List<LocalPeer> peers = servers(server);
        PeerDataSource source = pool(
                driver,
                "wrong@" + at(peers.get(0), properties) + ",right@"
                        + peers.get(1).address(),
                "");
        List<Connection> all = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < 4; i++) {
            all.add(source.getConnection());
        }
        for (Connection connection : all) {
            connection.close();
        }
        for (int i = 0; i < 20; i++) {
            ask(source);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
        assertThat(log.with("PEERAGE-010")).as("nobody is down").isEmpty();
        assertThat(log.all().stream()
                        .filter(line -> line.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
                        .map(LogRecord::getMessage))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("wrong", named));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mysql   | useCompression=true&tcpNoDelay=true
                    mysql   | applicationName=shop&tcpNoDelay=true
                    mariadb | useCompression=true&tcpNoDelay=true
                    """)
    void anAmpersandInThePlaceOfASemicolonIsRefusedWithAHint(String driver, String properties) throws Exception {
        PeerDataSource source = pool(driver, servers("mariadb").get(0).address(), properties);
        failsAtOnce(source, "ConnectionProperties");
        assertThat(catchThrowable(() -> ask(source)))
                .hasMessageContaining(properties.split("&", 2)[0])
                .hasMessageContaining("tcpNoDelay")
                .hasMessageContaining("a semicolon separates");
    }

    @ParameterizedTest
    @CsvSource(
            "mysql, sslMode=VERIFY_CA;trustCertificateKeyStoreUrl=file:///nope;trustCertificateKeyStorePassword=geheim")
    void aSecretIsNotShown(String server, String properties) throws Exception {
        PeerDataSource source = pool("mysql", servers(server).get(0).address(), properties);
        failsAtOnce(source, "trustCertificateKeyStoreUrl=file:///nope");
        assertThat(catchThrowable(() -> ask(source))).hasMessageNotContaining("geheim");
        assertThat(log.text()).doesNotContain("geheim");
    }
}
