/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.peerage.errors.ErrorTable;
import io.peerage.peer.ExceptionSorter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What Peerage knows of a driver, as data. Immutable; equal by all components.
 *
 * @param key the value of the property {@code Driver}: {@code mysql}, {@code mariadb}, {@code postgresql} or a class
 *     name
 * @param dataSourceClass the driver's {@link javax.sql.XADataSource}
 * @param jar what the driver's jar is called, for the message when it is missing
 * @param defaultPort 0: none known
 * @param urlPrefix what its URLs start with up to the host; empty: nothing is known of its URLs
 * @param urlReader the driver's {@link java.sql.Driver} that reads a URL and its properties without connecting, where
 *     the data source does not when it is told the URL; empty: none
 * @param decodesUrl whether it percent-decodes the values in its URLs
 * @param decodesHost whether it percent-decodes the host there as well: a percent sign stands before an IPv6 zone
 * @param boundsUnit the unit of connectTimeout and socketTimeout, which together bound connecting and logging in; null:
 *     the driver is not known to have them
 * @param defaults driver properties Peerage sets unless the deployer sets them otherwise
 * @param speaksMySql whether its servers answer with the error numbers of MySQL
 */
public record DriverProfile(
        String key,
        String dataSourceClass,
        String jar,
        int defaultPort,
        String urlPrefix,
        String urlReader,
        boolean decodesUrl,
        boolean decodesHost,
        @Nullable TimeUnit boundsUnit,
        Map<String, String> defaults,
        boolean speaksMySql) {

    private static final DriverProfile MYSQL = new DriverProfile(
            "mysql",
            "com.mysql.cj.jdbc.MysqlXADataSource",
            "mysql-connector-j-<version>.jar",
            3306,
            "jdbc:mysql://",
            "com.mysql.cj.jdbc.NonRegisteringDriver",
            true,
            true,
            // connectTimeout ends with TCP: the kernel of a frozen server accepts, and only socketTimeout bounds the
            // rest
            MILLISECONDS,
            Map.of(
                    // the adapter owns the session; without this each update asks @@session.transaction_read_only
                    "useLocalSessionState", "true",
                    // the server says with its answers what SQL text has changed
                    "trackSessionState", "true",
                    // ends a connection whose host vanished, where no socket timeout is set
                    "tcpKeepAlive", "true",
                    // many application servers name their own key store to the whole JVM: the driver would show the
                    // database the certificate of a web server, and the database ends the login; whoever wants a
                    // certificate shown names its store (clientCertificateKeyStoreUrl), or sets this otherwise
                    "fallbackToSystemKeyStore", "false"),
            // fallbackToSystemTrustStore is left on: it matters only where the deployer has the server's certificate
            // verified, and then what the JVM trusts is what its administrator chose.
            // Left alone on purpose: useLocalTransactionState (skips COMMIT by a flag that proxies may not keep right);
            // cacheServerConfiguration (saves a round trip per connect, but keeps a server's settings for the life of
            // the JVM, over its restart and upgrade); elideSetAutoCommits (the adapter sends no needless ones);
            // useServerPrepStmts, cachePrepStmts, rewriteBatchedStatements (cost memory in each session or change what
            // the application sees: its deployer knows).
            true);

    private static final DriverProfile MARIADB = new DriverProfile(
            "mariadb",
            "org.mariadb.jdbc.MariaDbDataSource",
            "mariadb-java-client-<version>.jar",
            3306,
            "jdbc:mariadb://",
            "",
            false,
            false,
            // here connectTimeout bounds the handshake as well, and socketTimeout alone would bound neither
            MILLISECONDS,
            Map.of(
                    "tcpKeepAlive", "true",
                    // a server may name another one to go to: the connection would count for a peer it is not to
                    "permitRedirect", "false",
                    // as with Connector/J: the application server's own certificate is not for databases
                    "fallbackToSystemKeyStore", "false"),
            true);

    private static final DriverProfile POSTGRESQL = new DriverProfile(
            "postgresql",
            "org.postgresql.xa.PGXADataSource",
            "postgresql-<version>.jar",
            5432,
            "jdbc:postgresql://",
            "",
            true,
            false,
            // loginTimeout is left out: it starts a thread per connect, and the two others bound the login as well
            SECONDS,
            Map.of("tcpKeepAlive", "true"), // off by default in this driver
            false);

    /** Returns the profile for a value of the property {@code Driver}. */
    public static DriverProfile of(String driver) {
        return switch (driver) {
            case "mysql" -> MYSQL;
            case "mariadb" -> MARIADB;
            case "postgresql" -> POSTGRESQL;
            default ->
                new DriverProfile(driver, driver, "the driver's jar", 0, "", "", false, false, null, Map.of(), false);
        };
    }

    /** Returns the sorter for this driver's exceptions, unless the deployer names another. */
    public ExceptionSorter exceptionSorter() {
        return speaksMySql ? ErrorTable.mySql() : ErrorTable.sqlState();
    }

    /**
     * Returns whether connections come with {@code ConnectTimeoutMillis} as their socket timeout, so that whoever
     * opened one must set {@link Settings#socketTimeout()} on it with {@link java.sql.Connection#setNetworkTimeout}.
     */
    public boolean socketTimeoutBoundsLogin() {
        return boundsUnit != null;
    }

    /** Returns the properties that bound connecting and logging in to {@code limit}, rounded up to the driver's unit. */
    public Map<String, String> loginBounds(Duration limit) {
        if (boundsUnit == null) {
            return Map.of();
        }
        long unitNanos = boundsUnit.toNanos(1);
        String units = Long.toString(Math.max(1, (limit.toNanos() + unitNanos - 1) / unitNanos));
        return Map.of("connectTimeout", units, "socketTimeout", units);
    }

    /**
     * Returns the URL of a server, for a driver whose URLs are known.
     *
     * @throws BadSettingException if a value cannot stand in a URL of this driver
     */
    public String url(String host, int port, String database, Map<String, String> properties) {
        String server = (decodesHost ? host.replace("%", "%25") : host) + ":" + port;
        String path = encode(Setting.DATABASE_NAME, "", database, "?");
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        properties.forEach((name, value) -> {
            String start = name + "=";
            query.add(start + encode(Setting.CONNECTION_PROPERTIES, start, value, "&"));
        });
        return urlPrefix + server + "/" + path + query;
    }

    private String encode(Setting source, String prefix, String value, String end) {
        if (decodesUrl) {
            return URLEncoder.encode(value, StandardCharsets.UTF_8);
        }
        if (value.contains(end)) {
            throw new BadSettingException(
                    source,
                    Secrets.maskProperties(prefix + value),
                    "the driver " + key + " takes no " + end + " in this value");
        }
        return value;
    }
}
