/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionPropertiesTest {

    @Test
    void readsEntriesAndEscapes() {
        assertThat(ConnectionProperties.parse(" a = 1 ; b=x\\;y\\\\z=2; c=;").values())
                .hasSize(3)
                .containsEntry("a", "1")
                .containsEntry("b", "x;y\\z=2")
                .containsEntry("C", "");
        assertThat(ConnectionProperties.parse("").values()).isEmpty();
    }

    @Test
    void anAmpersandBelongsToAValueWhereNothingLooksLikeTheNextProperty() {
        assertThat(ConnectionProperties.parse("a=R&D;b=x\\&y=2;c=&;d=&&").values())
                .hasSize(4)
                .containsEntry("a", "R&D")
                .containsEntry("b", "x&y=2")
                .containsEntry("c", "&")
                .containsEntry("d", "&&");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a=1;b ~ (entry 2) is not allowed: name=value;name=value",
                "=1 ~ (entry 1) is not allowed: name=value;name=value",
                "keyStorePassword=x;s3cret ~ (entry 2) is not allowed",
                "a=C:\\x ~ (entry 1) is not allowed",
                "a=1\\ ~ (entry 1) is not allowed",
                "a=1;A=2 ~ A=2 is not allowed: A is given twice",
                "user=x ~ user=x is not allowed: use UserName",
                "password=s3cret ~ password=*** is not allowed: use Password",
                "dbname=x ~ use DatabaseName",
                "ConnectTimeout=5 ~ ConnectTimeout=5 is not allowed: use ConnectTimeoutMillis",
                "loginTimeout=5 ~ use ConnectTimeoutMillis",
                "socketTimeout=5 ~ use SocketTimeoutMillis",
                "autoReconnectForPools=true ~ failing over is Peerage's work",
                "loadBalanceBlocklistTimeout=5 ~ see Selection",
                "targetServerType=primary ~ see Selection",
                "maxPoolSize=5 ~ use the settings of the container's pool",
                "pinGlobalTxToPhysicalConnection=true ~ leave it out",
                "serverName=x ~ use Peers",
                "a=1&b=2 ~ ConnectionProperties=a=1&b= is not allowed: a semicolon separates",
                "x=y;a=1 & b=2;c=3 ~ a=1&b= is not allowed: a semicolon separates",
                "keyStorePassword=s3cret&b=s3cret ~ (entry 1) is not allowed: a semicolon separates",
                "keyStorePassword=x;a=s3cret&b=2 ~ (entry 2) is not allowed: a semicolon separates",
            })
    void refusesWhatIsMalformedOrTheAdapters(String text, String allowed) {
        assertThatThrownBy(() -> ConnectionProperties.parse(text))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("ConnectionProperties=")
                .hasMessageContaining(allowed)
                .hasMessageNotContaining("s3cret");
    }
}
