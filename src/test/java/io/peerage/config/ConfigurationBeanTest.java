/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationBeanTest {

    private final Bean bean = Bean.withPeers("db1:3306");

    @Test
    void refusesNumberOutOfRangeNamingPropertyValueAndRange() {
        bean.setCheckIntervalSeconds(0);
        assertThatThrownBy(bean::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessage("CheckIntervalSeconds=0 is not allowed: a whole number from 1 to 86400 (seconds)");
        bean.setCheckIntervalSeconds(null);
        bean.setSocketTimeoutMillis(-1);
        assertThatThrownBy(bean::settings).hasMessageStartingWith("SocketTimeoutMillis=-1 ");
        bean.setSocketTimeoutMillis(null);
        assertThat(bean.settings().checkInterval()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void acceptsTheBoundsOfARange() {
        bean.setCheckIntervalSeconds(1);
        assertThat(bean.settings().checkInterval()).isEqualTo(Duration.ofSeconds(1));
        bean.setCheckIntervalSeconds(86_400);
        assertThat(bean.settings().checkInterval()).isEqualTo(Duration.ofDays(1));
        bean.setCheckIntervalSeconds(86_401);
        assertThatThrownBy(bean::settings).isInstanceOf(BadSettingException.class);
        bean.setCheckIntervalSeconds(30);
        bean.setSocketTimeoutMillis(0);
        assertThat(bean.settings().socketTimeout()).isEqualTo(Duration.ZERO);
    }

    @Test
    void refusesWordThatIsNotListed() {
        assertRefused(with -> with.setWhenAllDown(" sometimes "), "WhenAllDown=sometimes is not allowed: wait or fail");
        assertRefused(
                with -> with.setSelection("first"),
                "Selection=first is not allowed: random, round-robin, least-connections, fastest, affinity, or the"
                        + " full class name of an io.peerage.peer.Selection");
        assertRefused(
                with -> with.setDriver("oracle"),
                "Driver=oracle is not allowed: mysql, mariadb, postgresql, or the full class name of a"
                        + " javax.sql.XADataSource");
        assertRefused(with -> with.setGroupName("a,b"), "GroupName=a,b is not allowed: ");
        assertRefused(with -> with.setExceptionSorter("my sorter"), "ExceptionSorter=my sorter is not allowed: ");
    }

    /** A container that only shows or compares the bean must not stumble over what it was given. */
    @Test
    void keepsWhatIsNotAllowedForWhoeverAsks() {
        bean.setCheckIntervalSeconds(-5);
        bean.setWhenAllDown("sometimes");
        assertThat(bean.getCheckIntervalSeconds()).isEqualTo(-5);
        assertThat(bean.getWhenAllDown()).isEqualTo("sometimes");
        assertThat(bean.toString()).contains("CheckIntervalSeconds=-5", "WhenAllDown=sometimes");
        assertThat(bean).isNotEqualTo(Bean.withPeers("db1:3306"));
    }

    private static void assertRefused(Consumer<Bean> change, String message) {
        Bean bean = Bean.withPeers("db1:3306");
        change.accept(bean);
        assertThatThrownBy(bean::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void trimsAndIgnoresTheCaseOfWords() {
        bean.setWhenAllDown(" Fail\n");
        bean.setSelection("RANDOM");
        bean.setUserName("  app ");

        assertThat(bean.getWhenAllDown()).isEqualTo("fail");
        assertThat(bean.getSelection()).isEqualTo("random");
        assertThat(bean.getUserName()).isEqualTo("app");
        assertThat(bean.settings().whenAllDown()).isEqualTo(WhenAllDown.FAIL);
    }

    @Test
    void readsTheSettingsOfTransactions() {
        assertThat(bean.settings().twoPhaseCommit()).isTrue();
        assertThat(bean.settings().recoveryPolicy()).isEqualTo(RecoveryPolicy.STRICT);
        assertThat(bean.settings().recoveryWait()).isEqualTo(Duration.ofMinutes(2));

        bean.setTwoPhaseCommit(false);
        bean.setRecoveryPolicy(" BESTEFFORT ");
        bean.setRecoveryWaitSeconds(0);

        assertThat(bean.settings().twoPhaseCommit()).isFalse();
        assertThat(bean.settings().recoveryPolicy()).isEqualTo(RecoveryPolicy.BEST_EFFORT);
        assertThat(bean.settings().recoveryWait()).isZero();
        assertThat(bean.settings().toString())
                .contains("; TwoPhaseCommit=false; RecoveryPolicy=bestEffort; RecoveryWaitSeconds=0;");
        assertRefused(
                with -> with.setRecoveryPolicy("lenient"),
                "RecoveryPolicy=lenient is not allowed: strict or bestEffort");
        assertRefused(with -> with.setRecoveryWaitSeconds(-1), "RecoveryWaitSeconds=-1 is not allowed: ");
    }

    @Test
    void keepsThePasswordExactlyAsGiven() {
        bean.setPassword(" s3cret ");

        assertThat(bean.getPassword()).isEqualTo(" s3cret ");
    }

    @Test
    void takesBlankForTheDefault() {
        bean.setDriver("  ");
        bean.setWhenAllDown("");
        bean.setAcquireTimeoutMillis(null);

        assertThat(bean.getDriver()).isEqualTo("mysql");
        assertThat(bean.getWhenAllDown()).isEqualTo("wait");
        assertThat(bean.getAcquireTimeoutMillis()).isEqualTo(10_000);
    }

    @Test
    void equalsOverClassAndAllProperties() {
        Bean same = Bean.withPeers(" db1:3306 ");
        assertThat(same).isEqualTo(bean).hasSameHashCodeAs(bean);

        same.setConnectTimeoutMillis(1);
        assertThat(same).isNotEqualTo(bean);
        assertThat(new Bean() {}).as("another class").isNotEqualTo(new Bean());
    }

    @Test
    void survivesSerialization() throws Exception {
        bean.setPassword("s3cret");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(bean);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(bean).hasSameHashCodeAs(bean);
        }
    }

    @Test
    void settingsFollowWhatIsSetAgain() {
        Settings before = bean.settings();
        bean.setPeers("db2,db3");

        assertThat(before.peers()).extracting(PeerSpec::name).containsExactly("db1:3306");
        assertThat(bean.settings().peers()).extracting(PeerSpec::name).containsExactly("db2:3306", "db3:3306");
        assertThat(bean.settings()).isEqualTo(bean.settings());
    }

    @Test
    void neverShowsASecret() {
        bean.setPeers(
                "a@db1?user=u&password=s3cret&weight=2, jdbc:mysql://db2/x?trustCertificateKeyStorePassword=s3cret");
        bean.setPassword("s3cret");
        bean.setConnectionProperties("clientCertificateKeyStorePassword=s3c\\;s3cret;tcpNoDelay=true");

        assertThat(bean.toString())
                .contains("Password=***", "user=u&password=***&weight=2", "tcpNoDelay=true")
                .doesNotContain("s3c");
        assertThat(bean.settings().toString())
                .contains("a@db1:3306 (user=u, password=***, weight=2, ")
                .doesNotContain("s3c");
        assertThat(bean.settings().peers().get(0).password()).isEqualTo("s3cret");
    }

    /** An & that was not encoded, or a semicolon without its backslash: part of the secret, or the next property. */
    @Test
    void neverShowsWhatMayBelongToASecret() {
        bean.setPeers("a@db1?user=u&password=s3&cret=x3&weight=2");
        bean.setConnectionProperties("tcpNoDelay=true;keyPassword=s3;ret=x3");
        assertThat(bean + " " + bean.settings()
                        + XaDataSources.shownUrl(
                                bean.settings().peers().get(0), bean.settings().driver()))
                .contains("user=u", "weight=2", "tcpNoDelay=true")
                .doesNotContain("s3", "ret", "x3");
        assertThat(bean.settings().peers().get(0).properties()).containsEntry("cret", "x3");
        bean.setPeers("a@db1?ret=own");
        assertThat(bean.settings().toString())
                .as("what the peer says in its place is no part of the pool's secret")
                .contains("ret=own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@db1?password=s3&cret&weight=2",
                "a@db1?password=s3&weight=cret5",
                "a@db1?password=s3&cret=1&cret=1",
                "a@db1?password=s3%&cret=1",
                "a@db1?password=s3&socketTimeout=cret",
            })
    void aRefusalHintsAtWhatMustBeEncoded(String peers) {
        bean.setPeers(peers);
        assertThatThrownBy(bean::settings)
                .hasMessageStartingWith("Peers=a@db1?password=***")
                .hasMessageNotContainingAny("s3", "cret");
        if (!peers.contains("%&")) {
            assertThatThrownBy(bean::settings).hasMessageContaining("an & within a password is written %26");
        }
    }
}
