/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mysql.cj.conf.ConnectionUrl;
import com.mysql.cj.jdbc.MysqlXADataSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.sql.XADataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XaDataSourcesTest {

    private static final ClassLoader LOADER = XaDataSourcesTest.class.getClassLoader();

    @Test
    void tellsConnectorJEverythingButTheCredentials() {
        Bean bean = Bean.withPeers("db1:3307?sessionVariables=a%3D'x%26y'&tcpKeepAlive=false&user=u&password=s3cret");
        bean.setDatabaseName("shop");
        bean.setConnectTimeoutMillis(1500);

        String url = ((MysqlXADataSource) dataSource(bean)).getUrl();
        ConnectionUrl understood = ConnectionUrl.getConnectionUrlInstance(url, new Properties());

        assertThat(understood.getMainHost().getHostPortPair()).isEqualTo("db1:3307");
        assertThat(understood.getDatabase()).isEqualTo("shop");
        assertThat(understood.getConnectionArgumentsAsProperties())
                .containsEntry("sessionVariables", "a='x&y'")
                .containsEntry("useLocalSessionState", "true")
                .containsEntry("connectTimeout", "1500")
                .containsEntry("socketTimeout", "1500")
                .as("the deployer's word against a default")
                .containsEntry("tcpKeepAlive", "false");
        assertThat(url).doesNotContain("s3cret", "user=");
    }

    /** Applications read the URL, from DatabaseMetaData. */
    @Test
    void keepsSecretsOutOfTheUrl() throws Exception {
        Bean bean = Bean.withPeers("db1?trustCertificateKeyStorePassword=s3cret&tcpKeepAlive=false");
        bean.setConnectionProperties("clientCertificateKeyStorePassword=t0psecret");

        MysqlXADataSource dataSource = (MysqlXADataSource) dataSource(bean);

        assertThat(dataSource.getUrl()).contains("tcpKeepAlive=false").doesNotContain("s3cret", "t0psecret");
        assertThat(dataSource.getTrustCertificateKeyStorePassword()).isEqualTo("s3cret");
        assertThat(dataSource.getClientCertificateKeyStorePassword()).isEqualTo("t0psecret");
    }

    /** The kernel accepts for a frozen server, so that only a socket timeout ends the wait for its greeting. */
    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void boundsTheHandshakeWithAFrozenServer() throws Exception {
        try (ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Bean bean = Bean.withPeers("127.0.0.1:" + frozen.getLocalPort());
            bean.setConnectTimeoutMillis(200);
            XADataSource dataSource = dataSource(bean);

            assertThatThrownBy(() -> dataSource.getXAConnection("u", "p"))
                    .isInstanceOf(SQLException.class)
                    .hasRootCauseInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void setsBeanPropertiesOfOtherDrivers() {
        Bean bean = Bean.withPeers("[::1]:77,jdbc:fake://db2/x?password=s3cret");
        bean.setDriver(FakeXaDataSource.class.getName());
        bean.setDatabaseName("shop");
        bean.setConnectTimeoutMillis(1001);
        bean.setConnectionProperties("FETCHSIZE=5;lazy=True;limit=9;label=x");
        Settings settings = bean.settings();

        FakeXaDataSource first =
                (FakeXaDataSource) XaDataSources.create(settings.peers().get(0), settings, Map.of(), LOADER);
        FakeXaDataSource second =
                (FakeXaDataSource) XaDataSources.create(settings.peers().get(1), settings, Map.of(), LOADER);

        assertThat(first.said)
                .containsExactlyInAnyOrder(
                        "serverName=::1",
                        "portNumber=77",
                        "databaseName=shop",
                        "fetchSize=5",
                        "lazy=true",
                        "limit=9",
                        "label=x",
                        "loginTimeout=2");
        assertThat(second.said).contains("url=jdbc:fake://db2/x").doesNotContain("portNumber=0");
    }

    @Test
    void refusesPropertyThatTheDriverDoesNotTake() {
        assertThat(failure("bogus=1"))
                .hasMessage("ConnectionProperties=bogus=1 is not allowed: " + FakeXaDataSource.class.getName()
                        + " has no such property");
        assertThat(failure("fetchSize=many"))
                .hasMessage("ConnectionProperties=fetchSize=many is not allowed: " + FakeXaDataSource.class.getName()
                        + " takes values of type int");
        assertThat(failure("lazy=perhaps")).hasMessageEndingWith("takes values of type boolean");
        assertThat(failure("refusedPassword=s3cret"))
                .hasMessage("ConnectionProperties=refusedPassword=*** is not allowed: the driver says: password=***");
    }

    /** Of a URL with all of them the driver would say less. */
    @ParameterizedTest
    @CsvSource({
        "mysql, sslMode=FOO",
        "mysql, useCompression=perhaps",
        "mysql, characterEncoding=klingon",
        "mysql, useConfigs=nope",
        "mariadb, sslMode=FOO",
        "mariadb, useCompression=perhaps"
    })
    void namesThePropertyThatTheDriverRefuses(String driver, String property) {
        Bean bean = Bean.withPeers("db1:1");
        bean.setDriver(driver);
        bean.setConnectionProperties("tcpNoDelay=true;" + property + ";keyStorePassword=s3cret");
        assertThatThrownBy(() -> dataSource(bean))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith(property + " is not allowed: the driver says: ")
                .hasMessageNotContaining("s3cret");
        Bean own = Bean.withPeers("db1:1?" + property);
        own.setDriver(driver);
        assertThatThrownBy(() -> dataSource(own)).hasMessageStartingWith(property + " is not allowed: ");
    }

    @Test
    void saysWhichJarIsMissing() {
        Bean bean = Bean.withPeers("db1:1");
        bean.setDriver("mariadb");
        assertThatThrownBy(() -> dataSource(bean, ClassLoader.getPlatformClassLoader()))
                .hasMessage("Driver=mariadb is not allowed: org.mariadb.jdbc.MariaDbDataSource is not there; put"
                        + " mariadb-java-client-<version>.jar into the library folder of the server, or into peerage.rar"
                        + " beside its other jars, and restart");
        bean.setDriver("java.lang.Object");
        assertThatThrownBy(() -> dataSource(bean))
                .hasMessageContaining("java.lang.Object is not a javax.sql.XADataSource");
    }

    /** Breaks when it is loaded. */
    public static class BrokenDriver extends FakeXaDataSource {
        private static final int SIZE = Integer.parseInt("not a number");

        public int size() {
            return SIZE;
        }
    }

    @Test
    void saysThatADriverBreaksWhenItIsLoaded() {
        Bean bean = Bean.withPeers("db1:1");
        bean.setDriver(BrokenDriver.class.getName());
        assertThatThrownBy(() -> dataSource(bean))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("Driver=" + BrokenDriver.class.getName() + " is not allowed: ")
                .hasMessageContaining(" cannot be made: java.lang.NumberFormatException");
        assertThatThrownBy(() -> dataSource(bean))
                .as("the second time, for which the JVM has no reason")
                .isInstanceOf(BadSettingException.class);
    }

    private static BadSettingException failure(String connectionProperties) {
        Bean bean = Bean.withPeers("db1:1");
        bean.setDriver(FakeXaDataSource.class.getName());
        bean.setConnectionProperties(connectionProperties);
        return catchThrowableOfType(BadSettingException.class, () -> dataSource(bean));
    }

    private static XADataSource dataSource(Bean bean) {
        return dataSource(bean, LOADER);
    }

    private static XADataSource dataSource(Bean bean, ClassLoader loader) {
        Settings settings = bean.settings();
        return XaDataSources.create(settings.peers().get(0), settings, Map.of(), loader);
    }
}
