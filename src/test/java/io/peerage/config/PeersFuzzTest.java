/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.conf.ConnectionUrl;
import com.mysql.cj.jdbc.MysqlXADataSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import javax.sql.XADataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a deployer types, what comes back is settings, or an exception that says what is allowed. */
@Timeout(60)
class PeersFuzzTest {

    private static final int TEXTS = 4_000;

    private static final List<String> PIECES = List.of(
            "a",
            "db1",
            "ö",
            "@",
            ":",
            "3306",
            "0",
            "65536",
            "[",
            "]",
            "::1",
            "fe80::1",
            "%",
            "%25",
            "eth0",
            "%lo",
            "/",
            "//",
            "?",
            "&",
            "=",
            ",",
            ";",
            " ",
            "\n",
            "\t",
            "\\",
            "\\;",
            "'",
            "\"",
            "(",
            ")",
            "{",
            "}",
            "$",
            "$1",
            "*",
            "+",
            "|",
            "^",
            ".",
            "..",
            "-",
            "_",
            "~",
            "!",
            "#",
            "\u0000",
            "\u200b",
            "\uD800",
            "jdbc:",
            "jdbc:mysql://",
            "jdbc:mariadb://",
            "jdbc:postgresql://",
            "jdbc:mysql:loadbalance://",
            "user=",
            "password=",
            "weight=",
            "database=",
            "sslMode=",
            "useCompression=true",
            "%2",
            "%zz",
            "%00",
            "%C3",
            "x".repeat(200));

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "db1" : "");
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb", "postgresql", "com.example.Driver"})
    void onlySettingsOrAnAnswerComeOut(String driver) {
        long seed = 20261126;
        SplittableRandom random = new SplittableRandom(seed);
        int taken = 0;
        for (int i = 0; i < TEXTS; i++) {
            Bean bean = Bean.withPeers(text(random));
            bean.setDriver(driver);
            if (random.nextInt(4) == 0) {
                bean.setConnectionProperties(text(random));
            }
            if (random.nextInt(4) == 0) {
                bean.setDatabaseName(text(random));
            }
            try {
                Settings settings = bean.settings();
                assertThat(settings.toString()).isNotBlank();
                if (driver.startsWith("m")) {
                    for (PeerSpec peer : settings.peers()) {
                        understood(
                                peer,
                                XaDataSources.create(peer, settings, Map.of(), PeersFuzzTest.class.getClassLoader()));
                    }
                }
                taken++;
            } catch (BadSettingException e) {
                assertThat(e.getMessage()).contains(" is not allowed: ");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ": " + bean.getPeers(), e);
            }
        }
        assertThat(taken).as("texts that were taken").isPositive();
    }

    /** Connector/J reads its URL only when it connects. */
    private static void understood(PeerSpec peer, XADataSource source) {
        if (source instanceof MysqlXADataSource mysql) {
            ConnectionUrl url = ConnectionUrl.getConnectionUrlInstance(mysql.getUrl(), new Properties());
            assertThat("[" + url.getMainHost().getHost() + "]").isIn("[" + peer.host() + "]", peer.host());
            assertThat(url.getMainHost().getPort()).isEqualTo(peer.port());
        }
    }
}
