/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peerage.local.Authority;
import io.peerage.local.Facilities;
import io.peerage.local.Flavours;
import io.peerage.local.LocalPeer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * TLS in a JVM whose key store is that of an application server, as Payara and GlassFish set it for all: its
 * certificate is nothing to a database, which ends a login with it.
 */
@Timeout(120)
class TlsIT {

    private static final Authority FIRM = Authority.named("firm");
    private static final Authority WEB = Authority.named("web");
    private static final String KEY_STORE = "javax.net.ssl.keyStore";
    private static final String KEY_STORE_PASSWORD = "javax.net.ssl.keyStorePassword";

    private static final Map<String, LocalPeer> SERVERS = new HashMap<>();

    private final Map<String, @Nullable String> before = new HashMap<>();

    @BeforeAll
    static void start() {
        SERVERS.put("mariadb", LocalPeer.start(Flavours.mariaDb(FIRM), "mariadb"));
        if (Facilities.mySql()) {
            SERVERS.put("mysql", LocalPeer.start(Flavours.mySql(), "mysql"));
        }
        for (LocalPeer server : SERVERS.values()) {
            server.execute("CREATE USER 'robot'@'127.0.0.1' IDENTIFIED BY 'robot' REQUIRE X509;"
                    + " GRANT ALL PRIVILEGES ON shop.* TO 'robot'@'127.0.0.1'");
        }
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(LocalPeer::close);
    }

    @BeforeEach
    void runInAnApplicationServer() {
        set(KEY_STORE, WEB.clientKeyStore().toString());
        set(KEY_STORE_PASSWORD, Authority.STORE_PASSWORD);
    }

    @AfterEach
    void leave() {
        before.forEach((property, value) -> {
            if (value == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, value);
            }
        });
    }

    private void set(String property, String value) {
        before.put(property, System.setProperty(property, value));
    }

    private static LocalPeer server(String name) {
        LocalPeer server = SERVERS.get(name);
        assumeTrue(server != null, "no " + name + " on this machine");
        return server;
    }

    private static PeerManagedConnectionFactory factory(String server, String driver, String properties) {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setPeers(server(server).address());
        factory.setDriver(driver);
        factory.setConnectionProperties(properties);
        factory.setWhenAllDown("fail");
        return factory;
    }

    /** Returns the cipher of the connection that a pool opens; empty if there is none. */
    private static String cipher(PeerManagedConnectionFactory factory) throws SQLException {
        try (Connection connection = factory.createConnectionFactory().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) {
            assertThat(row.next()).isTrue();
            return row.getString(2);
        } finally {
            LivePeers.stop(factory);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mysql, mysql, ''",
        "mariadb, mysql, ''",
        "mysql, mariadb, sslMode=trust",
        "mariadb, mariadb, sslMode=trust"
    })
    void theServersCertificateIsNotShown(String server, String driver, String properties) throws SQLException {
        assertThat(cipher(factory(server, driver, properties))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mysql, mysql, ''",
        "mariadb, mysql, ''",
        "mysql, mariadb, sslMode=trust",
        "mariadb, mariadb, sslMode=trust"
    })
    void theDeployersWordWins(String server, String driver, String properties) {
        PeerManagedConnectionFactory factory = factory(server, driver, properties + ";fallbackToSystemKeyStore=true");
        assertThat(catchThrowable(() -> cipher(factory))).isInstanceOf(SQLException.class);
    }

    /** What docs/tls.md says: of the pool's client certificate, and of one peer's own. */
    @ParameterizedTest
    @CsvSource({"mysql", "mariadb"})
    void aClientCertificateIsShownWhereTheUserMustHaveOne(String driver) throws SQLException {
        String certificate = driver.equals("mysql")
                ? "clientCertificateKeyStoreUrl=" + FIRM.clientKeyStore().toUri()
                        + ";clientCertificateKeyStoreType=PKCS12;clientCertificateKeyStorePassword="
                : "sslMode=trust;keyStore=" + FIRM.clientKeyStore() + ";keyStorePassword=";
        PeerManagedConnectionFactory pool = factory("mariadb", driver, certificate + Authority.STORE_PASSWORD);
        pool.setUserName("robot");
        pool.setPassword("robot");
        assertThat(cipher(pool)).isNotEmpty();

        PeerManagedConnectionFactory peer = factory("mariadb", driver, "");
        peer.setPeers("a@" + server("mariadb").address() + "?user=robot&password=robot&"
                + (certificate + Authority.STORE_PASSWORD).replace(';', '&'));
        assertThat(cipher(peer)).isNotEmpty();

        PeerManagedConnectionFactory none = factory("mariadb", driver, driver.equals("mysql") ? "" : "sslMode=trust");
        none.setUserName("robot");
        none.setPassword("robot");
        assertThat(catchThrowable(() -> cipher(none)))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Access denied");
    }

    @ParameterizedTest
    @CsvSource({"mysql, firm, true", "mysql, web, false", "mariadb, firm, true", "mariadb, web, false"})
    void theServersCertificateIsVerifiedAgainstAPrivateAuthority(String driver, String authority, boolean trusted) {
        Authority named = Authority.named(authority);
        Path store = named.trustStore();
        PeerManagedConnectionFactory factory = factory(
                "mariadb",
                driver,
                driver.equals("mysql")
                        ? "sslMode=VERIFY_IDENTITY;trustCertificateKeyStoreUrl=" + store.toUri()
                                + ";trustCertificateKeyStoreType=PKCS12;trustCertificateKeyStorePassword="
                                + Authority.STORE_PASSWORD
                        : "sslMode=verify-full;serverSslCert=" + named.certificate());
        Throwable failure = catchThrowable(() -> assertThat(cipher(factory)).isNotEmpty());
        if (trusted) {
            assertThat(failure).isNull();
        } else {
            assertThat(failure).isInstanceOf(SQLException.class).hasMessageContaining("peer");
        }
    }
}
