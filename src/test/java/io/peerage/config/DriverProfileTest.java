/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.peer.ExceptionSorter;
import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

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
    @Test
    void passesAnIpv6ZoneOnAsTheDriverReadsIt() {
        assertThat(DriverProfile.of("mysql").url("[fe80::1%eth0]", 3306, "", new TreeMap<>()))
                .isEqualTo("jdbc:mysql://[fe80::1%25eth0]:3306/");
        assertThat(DriverProfile.of("mariadb").url("[fe80::1%eth0]", 3306, "", new TreeMap<>()))
                .isEqualTo("jdbc:mariadb://[fe80::1%eth0]:3306/");
        assertThat(DriverProfile.of("postgresql").url("[fe80::1%eth0]", 5432, "", new TreeMap<>()))
                .isEqualTo("jdbc:postgresql://[fe80::1%eth0]:5432/");
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

    @Test
    void boundsTheLoginInTheUnitOfTheDriverRoundedUp() {
        Duration limit = Duration.ofMillis(1200);

        assertThat(DriverProfile.of("mysql").loginBounds(limit))
                .containsExactlyInAnyOrderEntriesOf(Map.of("connectTimeout", "1200", "socketTimeout", "1200"));
        assertThat(DriverProfile.of("mariadb").loginBounds(limit))
                .containsExactlyInAnyOrderEntriesOf(Map.of("connectTimeout", "1200", "socketTimeout", "1200"));
        assertThat(DriverProfile.of("postgresql").loginBounds(limit))
                .containsExactlyInAnyOrderEntriesOf(Map.of("connectTimeout", "2", "socketTimeout", "2"));
        assertThat(DriverProfile.of("com.example.Other").socketTimeoutBoundsLogin())
                .isFalse();
        assertThat(DriverProfile.of("mysql").socketTimeoutBoundsLogin()).isTrue();
    }

    @Test
    void choosesTheTableByTheServersBehindTheDriver() {
        SQLException full = new SQLException("Too many connections", "HY000", 1040);

        assertThat(sorter("mysql").sort(full, Phase.CONNECT).peer()).isEqualTo(Verdict.Standing.FULL);
        assertThat(sorter("mariadb").sort(full, Phase.CONNECT).peer()).isEqualTo(Verdict.Standing.FULL);
        assertThat(sorter("postgresql").sort(full, Phase.CONNECT).peer()).isEqualTo(Verdict.Standing.SUSPECT);
    }

    @Test
    void makesTheSorterThatTheDeployerNames() {
        Bean bean = Bean.withPeers("db1");
        bean.setExceptionSorter(AlwaysSound.class.getName());

        assertThat(sorter(bean)).isInstanceOf(AlwaysSound.class);
        bean.setExceptionSorter("no.such.Sorter");
        assertThatThrownBy(() -> sorter(bean))
                .hasMessageStartingWith("ExceptionSorter=no.such.Sorter is not allowed: the class is not there");
        bean.setExceptionSorter("java.lang.Object");
        assertThatThrownBy(() -> sorter(bean))
                .hasMessageEndingWith("the class must implement io.peerage.peer.ExceptionSorter");
        bean.setExceptionSorter("java.lang.Integer");
        assertThatThrownBy(() -> sorter(bean)).hasMessageContaining("public constructor without arguments");
    }

    private static ExceptionSorter sorter(String driver) {
        Bean bean = Bean.withPeers("db1");
        bean.setDriver(driver);
        return sorter(bean);
    }

    private static ExceptionSorter sorter(Bean bean) {
        return Extensions.sorter(bean.settings(), DriverProfileTest.class.getClassLoader());
    }

    /** A deployer's own sorter. Stateless. */
    public static class AlwaysSound implements ExceptionSorter {
        @Override
        public Verdict sort(SQLException failure, Phase phase) {
            return new Verdict("fine", false, Verdict.Standing.SOUND, false);
        }
    }
}
