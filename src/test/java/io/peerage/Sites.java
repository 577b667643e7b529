/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.local.Authority;
import io.peerage.local.Flavour;
import io.peerage.local.Flavours;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the contract is held against, with what each driver must be told there. */
final class Sites {

    /** One object for each kind, by which its servers are found again. */
    private static final Map<String, Flavour> FLAVOURS = new ConcurrentHashMap<>();

    private Sites() {}

    /** MariaDB's driver 4 asks for TLS unless it is told otherwise; Connector/J encrypts where the server can. */
    static Site mariaDb(String driver) {
        Flavour flavour = FLAVOURS.computeIfAbsent("MariaDB", any -> Flavours.mariaDb());
        return new Site(flavour, new MySqlDialect(true), driver, byDriver(driver, "", "sslMode=disable"), false);
    }

    static Site mariaDbTls(String driver) {
        Flavour flavour = FLAVOURS.computeIfAbsent("MariaDB TLS", any -> Flavours.mariaDb(Authority.named("private")));
        return new Site(flavour, new MySqlDialect(true), driver, trusting(driver, Authority.named("private")), true);
    }

    /** Returns the properties with which {@code driver} believes a server only whose certificate is of this authority. */
    static String trusting(String driver, Authority authority) {
        return byDriver(
                driver,
                "sslMode=VERIFY_IDENTITY;trustCertificateKeyStoreUrl="
                        + authority.trustStore().toUri()
                        + ";trustCertificateKeyStoreType=PKCS12;trustCertificateKeyStorePassword="
                        + Authority.STORE_PASSWORD,
                "sslMode=verify-full;trustStore=" + authority.trustStore()
                        + ";trustStoreType=PKCS12;trustStorePassword=" + Authority.STORE_PASSWORD);
    }

    /**
     * Connector/J needs nothing: it encrypts where the server can, and believes it. MariaDB's driver 3 sends passwords
     * of {@code caching_sha2_password} in the clear to nobody, and does not encrypt unless told; its driver 4 encrypts,
     * and believes no certificate that a server has made itself.
     */
    static Site mySql(String driver) {
        Flavour flavour = FLAVOURS.computeIfAbsent("MySQL", any -> Flavours.mySql());
        return new Site(flavour, new MySqlDialect(false), driver, byDriver(driver, "", "sslMode=trust"), true);
    }

    static Site postgreSql() {
        Flavour flavour = FLAVOURS.computeIfAbsent("PostgreSQL", any -> Flavours.postgreSql());
        return new Site(flavour, new PostgreSqlDialect(), "postgresql", "", false);
    }

    private static String byDriver(String driver, String mysql, String mariadb) {
        return driver.equals("mysql") ? mysql : mariadb;
    }
}
