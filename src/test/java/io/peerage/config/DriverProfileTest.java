/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriverProfileTest {

    @Test
    void encodesValuesForDriversThatDecode() {
        assertThat(DriverProfile.of("mysql").url("[::1]", 3307, "sh op", new TreeMap<>(Map.of("a", "x&y=1", "b", "z"))))
                .isEqualTo("jdbc:mysql://[::1]:3307/sh+op?a=x%26y%3D1&b=z");
        assertThat(DriverProfile.of("postgresql").url("db1", 5432, "", new TreeMap<>()))
                .isEqualTo("jdbc:postgresql://db1:5432/");
    }

    @Test
    void leavesValuesAloneForMariaDbWhichDoesNotDecode() {
        DriverProfile mariadb = DriverProfile.of("mariadb");

        assertThat(mariadb.url("db1", 3306, "shop", new TreeMap<>(Map.of("sessionVariables", "a=1,b='x y'"))))
                .isEqualTo("jdbc:mariadb://db1:3306/shop?sessionVariables=a=1,b='x y'");
        assertThatThrownBy(() -> mariadb.url("db1", 3306, "", new TreeMap<>(Map.of("keyStorePassword", "a&b"))))
                .hasMessage("ConnectionProperties=keyStorePassword=*** is not allowed: the driver mariadb takes no & in"
                        + " this value");
        assertThatThrownBy(() -> mariadb.url("db1", 3306, "a?b", new TreeMap<>()))
                .hasMessage("DatabaseName=a?b is not allowed: the driver mariadb takes no ? in this value");
    }

    /** Connector/J decodes the host of its URLs; the others, and Java behind them, take a zone as it is. */
    @ParameterizedTest
    @CsvSource({
        "mysql, 3306, jdbc:mysql://[fe80::1%25eth0]:3306/",
        "mariadb, 3306, jdbc:mariadb://[fe80::1%eth0]:3306/",
        "postgresql, 5432, jdbc:postgresql://[fe80::1%eth0]:5432/"
    })
    void passesAnIpv6ZoneOnAsTheDriverReadsIt(String driver, int port, String url) {
        assertThat(DriverProfile.of(driver).url("[fe80::1%eth0]", port, "", Map.of()))
                .isEqualTo(url);
    }

    /** Payara and GlassFish name their own key store to the whole JVM, and a database ends a login with it. */
    @Test
    void showsNoCertificateOfTheApplicationServerUnlessTold() {
        assertThat(DriverProfile.of("mysql").defaults()).containsEntry("fallbackToSystemKeyStore", "false");
        assertThat(DriverProfile.of("mariadb").defaults()).containsEntry("fallbackToSystemKeyStore", "false");
        assertThat(List.of("mysql", "mariadb"))
                .allSatisfy(driver -> assertThat(DriverProfile.of(driver).defaults())
                        .doesNotContainKey("fallbackToSystemTrustStore"));
    }

    @ParameterizedTest
    @CsvSource({"mysql, 1200", "mariadb, 1200", "postgresql, 2"})
    void boundsTheLoginInTheUnitOfTheDriverRoundedUp(String name, String bound) {
        DriverProfile driver = DriverProfile.of(name);

        assertThat(driver.loginBounds(Duration.ofMillis(1200)))
                .containsExactlyInAnyOrderEntriesOf(Map.of("connectTimeout", bound, "socketTimeout", bound));
        assertThat(driver.socketTimeoutBoundsLogin()).isTrue();
    }

    @Test
    void knowsNoBoundsOfADriverNamedByClass() {
        DriverProfile other = DriverProfile.of("com.example.Other");

        assertThat(other.loginBounds(Duration.ofMillis(1200))).isEmpty();
        assertThat(other.socketTimeoutBoundsLogin()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"mysql, FULL", "mariadb, FULL", "postgresql, SUSPECT"})
    void choosesTheTableByTheServersBehindTheDriver(String driver, Verdict.Standing standing) {
        SQLException full = new SQLException("Too many connections", "HY000", 1040);

        assertThat(DriverProfile.of(driver)
                        .exceptionSorter()
                        .sort(full, Phase.CONNECT)
                        .peer())
                .isEqualTo(standing);
    }
}
