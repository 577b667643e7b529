/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeersFileTest {

    @TempDir
    Path folder;

    @Test
    void readsOneBlockPerPeerInTheOrderOfTheFile() throws Exception {
        List<PeerSpec> peers = peers("""
                # first
                b.host=db2
                b.port = 3307
                b.user=other
                b.password=p w=&%+
                b.database=shop2
                b.weight=3
                b.sslMode=REQUIRED

                a.url=jdbc:mysql://db1/shop?tcpNoDelay=false
                c.host=::1
                """);

        assertThat(peers).extracting(PeerSpec::name).containsExactly("b", "a", "c");
        assertThat(peers).extracting(PeerSpec::endpoint).containsExactly("db2:3307", "db1:3306", "[::1]:3306");
        assertThat(peers.get(0))
                .extracting(PeerSpec::user, PeerSpec::password, PeerSpec::database, PeerSpec::weight)
                .containsExactly("other", "p w=&%+", "shop2", 3);
        assertThat(peers.get(0).properties()).containsEntry("sslMode", "REQUIRED");
        assertThat(peers.get(1).properties()).containsEntry("tcpNoDelay", "false");
        assertThat(peers.get(2)).extracting(PeerSpec::user, PeerSpec::database).containsExactly("app", "shop");
    }

    @Test
    void followsTheOrderOfPeers() throws Exception {
        assertThat(peers("peers=b, a\na.host=db1\nb.host=db2"))
                .extracting(PeerSpec::name)
                .containsExactly("b", "a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "'' ~ the file describes at least one peer",
                "a.port=3306 ~ (peer a) is not allowed: a port needs a host",
                "a.user=u ~ (peer a) is not allowed: a peer needs a host or a url",
                "a.host=h|a.url=jdbc:mysql://h/ ~ (peer a) is not allowed: host is given twice",
                "a.url=h:3306 ~ (a.url) is not allowed: a JDBC URL starts with jdbc:",
                "a.host=h|a.host=i ~ (a.host) is not allowed: the key stands there twice",
                "a.host ~ (a.host) is not allowed: the line has no value",
                "host=h ~ (host) is not allowed: a line is peers=name,name or name.key=value",
                "a.host=h|a.port=99999 ~ (peer a) is not allowed: a port is a whole number from 1 to 65535",
                "a.host=h|a.weight=x ~ (peer a) is not allowed: a weight is a whole number from 1 to 1000",
                "a.host=h|a.socketTimeout=1 ~ (peer a) is not allowed: socketTimeout is not for the driver: use Socket",
                "peers=a,b|a.host=h ~ (peers) is not allowed: no line starts with \"b.\"",
                "peers=a|a.host=h|b.host=i ~ (peers) is not allowed: b is described in the file",
                "a.host=\\u12 ~ a backslash followed by u starts a code of four digits",
                "a.host=h|b.host=h ~ the peers a and b have the same endpoint",
            })
    void refusesBadLines(String lines, String allowed) {
        assertThatThrownBy(() -> peers(lines.replace('|', '\n')))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("PeersFile=")
                .hasMessageContaining(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.host=h|a.password=s3cret|a.password=s3cret",
                "a.host=h|a.password=s3cret|a.weight=0",
                "a.url=jdbc:mysql://db1/shop?password=s3&cret",
                "a.host=db1|a.password=s3| cret3|a.weight=2",
            })
    void aRefusalShowsNoSecret(String lines) {
        assertThatThrownBy(() -> peers(lines.replace('|', '\n')))
                .isInstanceOf(BadSettingException.class)
                .hasMessageNotContainingAny("s3", "cret");
    }

    @Test
    void saysWhyAFileCannotBeRead() throws Exception {
        assertThatThrownBy(() -> bean(Path.of("nowhere.properties")).settings())
                .hasMessage("PeersFile=nowhere.properties is not allowed: no such file; give an absolute path");
        assertThatThrownBy(() -> bean(folder).settings())
                .hasMessageContaining(folder + " is not allowed: the file cannot be read");
        Path latin = Files.write(folder.resolve("latin"), new byte[] {'a', '.', 'x', '=', (byte) 0xE4, '\n'});
        assertThatThrownBy(() -> bean(latin).settings()).hasMessageEndingWith("the file must be in UTF-8");
    }

    @Test
    void takesOneOfPeersAndPeersFile() throws Exception {
        Bean bean = bean(Files.writeString(folder.resolve("peers"), "a.host=h"));
        bean.setPeers("db1");

        assertThatThrownBy(bean::settings)
                .hasMessageEndingWith(" is not allowed: Peers is set too; set one of the two");
    }

    private List<PeerSpec> peers(String text) throws Exception {
        Bean bean = bean(Files.writeString(folder.resolve("peers.properties"), text));
        bean.setUserName("app");
        bean.setDatabaseName("shop");
        return bean.settings().peers();
    }

    private static Bean bean(Path file) {
        Bean bean = new Bean();
        bean.setPeersFile(file.toString());
        return bean;
    }

    @Test
    void neverShowsWhatMayBelongToASecret() throws Exception {
        assertThat(peers("a.url=jdbc:mysql://db1/shop?password=s3&cret=x3\n").toString())
                .contains("password=***", "weight=1")
                .doesNotContain("s3", "cret", "x3");
        assertThatThrownBy(() -> peers("a.url=jdbc:mysql://db1/shop?password=s3&cret\n"))
                .hasMessageContaining("an & within a password is written %26");
    }

    @Test
    void aNameMayStandForEachOfItsAddresses() throws Exception {
        assertThat(peers("a.host=dns:db.example\na.port=3307\nb.host=dns:other:3308\nc.url=jdbc:mysql://dns:3309/\n"))
                .extracting(PeerSpec::name, PeerSpec::endpoint)
                .containsExactly(
                        tuple("a", "dns:db.example:3307"), tuple("b", "dns:other:3308"), tuple("c", "dns:3309"));
    }
}
