/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a@db1?password=x&weight=2,db2 ~ a@db1?password=***&weight=2,db2",
                "db1?weight=2&PassWord=x db2 ~ db1?weight=2&PassWord=*** db2",
                "db1?sslpassword=a,b=c ~ db1?sslpassword=***",
                "a@db1?password=x&y=z,db2 ~ a@db1?password=***,db2",
                "a@db1?password=x&y&z db2:3306 ~ a@db1?password=*** db2:3306",
                "db1?password=x&useSSL=true&b=truer&weight=12345 ~ db1?password=***&useSSL=true",
                "jdbc:sqlserver://db1;password=x&y;user=z ~ jdbc:sqlserver://db1;password=***",
                "jdbc:mysql://u:x@db1/db ~ jdbc:mysql://***@db1/db",
                "u:x/y@db1 ~ ***@db1",
                "jdbc:mysql://u:p@ss@db1/db ~ jdbc:mysql://***@db1/db",
                "a@db1:3306,b@[::1]:3306 ~ a@db1:3306,b@[::1]:3306",
                "a@jdbc:mysql://db1:3306/x,b@jdbc:mysql://db2:3306/x ~ a@jdbc:mysql://db1:3306/x,b@jdbc:mysql://db2:3306/x",
                "jdbc:oracle:thin:u/x@db1:1521/s ~ jdbc:oracle:thin:***@db1:1521/s",
                "a@jdbc:oracle:thin:@db1:1521/s ~ a@jdbc:oracle:thin:@db1:1521/s",
                "db1:3306,b@db2 ~ db1:3306,b@db2",
            })
    void masksPeers(String text, String masked) {
        assertThat(Secrets.maskPeers(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource({
        "a=1;keyPassword=x;b=2, a=1;keyPassword=***",
        "trustStorePassword = x\\;y\\\\z;b=true, trustStorePassword =***;b=true",
    })
    void masksProperties(String text, String masked) {
        assertThat(Secrets.maskProperties(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "clientCertificateKeyStorePassword", "sslpassword", "accessToken", "pwd"})
    void knowsSecretsByTheirKey(String key) {
        assertThat(Secrets.show(key, "x")).isEqualTo("***");
        assertThat(Secrets.show("sslMode", "x")).isEqualTo("x");
    }

    /** A key, a certificate or a list of hosts may be long, and the stack is not. */
    @Test
    @Timeout(20)
    void masksLongTexts() {
        String value = "x".repeat(200_000);
        assertThat(Secrets.maskProperties("keyPassword=" + value + ";a=" + value))
                .isEqualTo("keyPassword=***");
        assertThat(Secrets.maskProperties("keyPassword=" + "\\;".repeat(50_000) + ";b=2"))
                .isEqualTo("keyPassword=***");
        assertThat(Secrets.maskPeers("db1?" + value + "&password=" + value))
                .isEqualTo("db1?" + value + "&password=***");
    }
}
