/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which property is named for what drivers say, in their own words. */
class UnacceptableSettingExceptionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connectionTimeZone=Mars/Olympus | Could not create connection | Unknown time-zone ID: Mars/Olympus",
                "sessionVariables=a=1,nosuch=2 | Unknown system variable 'nosuch' | x",
                "tlsCiphersuites=NOPE | Communications link failure | cipher suites are inappropriate",
                "sslMode=REQUIRED | SSL Connection required, but not provided by server. | x",
                "serverSslCert=/nope | Failed load keyStore | File not found for option `serverSslCert` (value: '/nope')"
            })
    void namesTheProperty(String property, String said, String cause) {
        PeerSpec peer = Bean.withPeers("db1:1?useCompression=true&" + property.replaceFirst("=(.*)=", "=$1%3D")
                        + "&keyPassword=s3cret&x=true")
                .settings()
                .peers()
                .get(0);
        SQLException failure = new SQLException(said, "08001", 7, new IllegalArgumentException(cause));
        SQLException named = UnacceptableSettingException.of(failure, peer);
        assertThat((Throwable) named)
                .hasMessageStartingWith(property + " is not allowed: ")
                .hasCause(failure);
        assertThat(named.getSQLState()).isEqualTo("08001");
        assertThat(named.getErrorCode()).isEqualTo(7);
    }

    /** Nor what may belong to it: an ampersand that was not encoded. */
    @Test
    void showsNoSecret() {
        PeerSpec peer = Bean.withPeers("db1:1?some=thing&keyPassword=s3cret&other=r3st")
                .settings()
                .peers()
                .get(0);
        assertThat((Throwable) UnacceptableSettingException.of(new SQLException("no s3cret or r3st, a thing"), peer))
                .hasMessage("some=thing is not allowed: no *** or ***, a thing");
    }
}
