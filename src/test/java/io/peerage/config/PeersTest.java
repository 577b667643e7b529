/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The syntax of the property {@code Peers}, and what peers inherit. */
class PeersTest {

    @Test
    void readsHostsPortsAndNames() {
        assertThat(peers("db1:3307, b@db2 [::1]:3306\n[fe80::1%eth0]"))
                .extracting(PeerSpec::name, PeerSpec::endpoint)
                .containsExactly(
                        tuple("db1:3307", "db1:3307"),
                        tuple("b", "db2:3306"),
                        tuple("[::1]:3306", "[::1]:3306"),
                        tuple("[fe80::1%eth0]:3306", "[fe80::1%eth0]:3306"));
    }

    /** Behind %25 in URIs (RFC 6874), behind % elsewhere (RFC 4007). */
    @Test
    void readsIpv6Zones() {
        assertThat(
                        peers(
                                "[fe80::1%eth0]:3306,jdbc:mysql://[fe80::1%25wlan0]/shop,[fe80::1%25]:1,[fe80::1%251],[fe80::1%3]"))
                .extracting(PeerSpec::host)
                .containsExactly("[fe80::1%eth0]", "[fe80::1%wlan0]", "[fe80::1%25]", "[fe80::1%251]", "[fe80::1%3]");
    }

    @Test
    void takesTheDefaultPortOfTheDriver() {
        Bean bean = Bean.withPeers("db1");
        bean.setDriver("postgresql");

        assertThat(bean.settings().peers().get(0).port()).isEqualTo(5432);
    }

    @Test
    void readsUrlWithEverythingBehind() {
        PeerSpec peer = peers(
                        "a@jdbc:mysql://db1:3307/sh%20op?user=u%40x&password=a%26b%2Cc+d&weight=7&sslMode=REQUIRED")
                .get(0);

        assertThat(peer.name()).isEqualTo("a");
        assertThat(peer.endpoint()).isEqualTo("db1:3307");
        assertThat(peer.database()).isEqualTo("sh op");
        assertThat(peer.user()).isEqualTo("u@x");
        assertThat(peer.password()).as("a plus sign stays one").isEqualTo("a&b,c+d");
        assertThat(peer.weight()).isEqualTo(7);
        assertThat(peer.properties()).containsOnlyKeys("sslMode").containsEntry("sslmode", "REQUIRED");
    }

    @Test
    void fillsInWhatThePoolSays() {
        Bean bean = Bean.withPeers("db1, db2?user=own&password=ownpw&database=owndb&tcpNoDelay=false");
        bean.setUserName("app");
        bean.setPassword("pw");
        bean.setDatabaseName("shop");
        bean.setConnectionProperties("tcpnodelay=true;sslMode=REQUIRED");
        List<PeerSpec> peers = bean.settings().peers();

        assertThat(peers.get(0))
                .extracting(PeerSpec::user, PeerSpec::password, PeerSpec::database, PeerSpec::weight)
                .containsExactly("app", "pw", "shop", 1);
        assertThat(peers.get(0).properties()).hasSize(2).containsEntry("tcpNoDelay", "true");
        assertThat(peers.get(1))
                .extracting(PeerSpec::user, PeerSpec::password, PeerSpec::database)
                .containsExactly("own", "ownpw", "owndb");
        assertThat(peers.get(1).properties())
                .hasSize(2)
                .containsEntry("tcpNoDelay", "false")
                .containsEntry("sslMode", "REQUIRED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a,b c ~ a|b|c",
                " ,a , , b, ~ a|b",
                "jdbc:mysql://h1:3306/db,jdbc:mysql://h2/db ~ jdbc:mysql://h1:3306/db|jdbc:mysql://h2/db",
                "jdbc:mysql://h1,x@jdbc:mysql://h2 ~ jdbc:mysql://h1|x@jdbc:mysql://h2",
                "jdbc:mysql://h1,h2:3306/db ~ jdbc:mysql://h1,h2:3306/db",
                "jdbc:mysql://h1/db,h2:3306 ~ jdbc:mysql://h1/db|h2:3306",
                "h1?sessionVariables=a=1,b=2&x=y,h2?user=u,h3 ~ h1?sessionVariables=a=1,b=2&x=y|h2?user=u|h3",
                "h1?user=u,jdbc:mysql://h2/?a=b ~ h1?user=u|jdbc:mysql://h2/?a=b",
            })
    void splitsOnlyWhereAPeerCanStart(String text, String pieces) {
        assertThat(PeersParser.split(text)).containsExactly(pieces.split("\\|", -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "db1:0 ~ a port is a whole number from 1 to 65535",
                "db1:65536 ~ a port is a whole number from 1 to 65535",
                "db1:33o6 ~ a port is a whole number from 1 to 65535",
                "db1: ~ a port is a whole number from 1 to 65535",
                "db1?weight=0 ~ a weight is a whole number from 1 to 1000",
                "db1?weight=1001 ~ a weight is a whole number from 1 to 1000",
                "db1?weight=1.5 ~ a weight is a whole number from 1 to 1000",
                "db1?weight=1&weight=2 ~ weight is given twice",
                "db1?sslMode=a&SSLMODE=b ~ SSLMODE is given twice",
                "jdbc:mysql://db1/a?database=b ~ database is given twice",
                "db1?a/b=x ~ the name of a driver property consists of letters, digits and . _ -",
                "db1?x ~ behind the ? stand name=value&name=value",
                "db1?=x ~ behind the ? stand name=value&name=value",
                "db1?x=50% ~ a percent sign is written %25",
                "db1/shop ~ write host:port, or a whole JDBC URL",
                "::1:3306 ~ an IPv6 address is written [::1]:3306",
                "db1:3306:x ~ an IPv6 address is written [::1]:3306",
                "ö ä@db1 ~ a name in front consists of",
                "db1!:3306 ~ write host:port, or a JDBC URL",
                "db1?connectTimeout=5 ~ connectTimeout is not for the driver: use ConnectTimeoutMillis",
                "db1?autoReconnect=true ~ failing over is Peerage's work",
                "jdbc:mysql://h1:3306,h2:3306/db ~ a URL names one server; list each server as a peer of its own",
                "jdbc:mysql://address=(host=h1)(port=1)/db ~ a URL names one server",
                "jdbc:mysql:loadbalance://h1,h2/db ~ a URL names one server",
                "jdbc:mysql+srv://h1/db ~ a URL names one server",
                "jdbc:mariadb://h1/db ~ with Driver=mysql a URL starts with jdbc:mysql://",
                "jdbc:mysql://u:s3cret@h1/db ~ user and password go behind",
                "u:s3cret@h1 ~ user and password go behind",
            })
    void refusesWhatIsNoPeer(String text, String allowed) {
        assertThatThrownBy(() -> peers(text))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("Peers=")
                .hasMessageContaining(" is not allowed: ")
                .hasMessageContaining(allowed)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void namesThePieceThatOffends() {
        assertThatThrownBy(() -> peers("db1:3306,db2:33o6,db3"))
                .hasMessage("Peers=db2:33o6 is not allowed: a port is a whole number from 1 to 65535");
    }

    @Test
    void refusesTheSameNameOrEndpointTwice() {
        assertThatThrownBy(() -> peers("a@db1,a@db2"))
                .hasMessage("Peers=a is not allowed: two peers have this name; names are unique");
        assertThatThrownBy(() -> peers("a@db1,b@DB1:3306"))
                .hasMessage("Peers=DB1:3306 is not allowed: the peers a and b have the same endpoint; list each server"
                        + " once");
        assertThatThrownBy(() -> peers("db1,db1:3306"))
                .hasMessage("Peers=db1:3306 is not allowed: this endpoint is listed twice");
        Bean urls = Bean.withPeers("jdbc:h2:tcp://DB1/x,jdbc:h2:tcp://db1/x");
        urls.setDriver("org.h2.jdbcx.JdbcDataSource");
        assertThatThrownBy(urls::settings)
                .hasMessageContaining("the peers h2:tcp://DB1/x and h2:tcp://db1/x have the same endpoint");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", ",", " , "})
    void refusesAnEmptyList(String text) {
        assertThatThrownBy(() -> peers(text))
                .hasMessageContaining(" is not allowed: list at least one peer, e.g. db1:3306, or set PeersFile");
    }

    @Test
    void leavesUrlsOfOtherDriversAlone() {
        Bean bean = Bean.withPeers("a@jdbc:h2:tcp://db1/x;MODE=MySQL?user=u&z=1&weight=3,jdbc:h2:tcp://db2/x");
        bean.setDriver("org.h2.jdbcx.JdbcDataSource");
        List<PeerSpec> peers = bean.settings().peers();

        assertThat(peers)
                .extracting(PeerSpec::url)
                .containsExactly("jdbc:h2:tcp://db1/x;MODE=MySQL?z=1", "jdbc:h2:tcp://db2/x");
        assertThat(peers).extracting(PeerSpec::name).containsExactly("a", "h2:tcp://db2/x");
        assertThat(peers.get(0)).extracting(PeerSpec::user, PeerSpec::weight).containsExactly("u", 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:oracle:thin:u/s3cret@db1:1521/s", "jdbc:x://u:s3cret@db1/y"})
    void refusesCredentialsWithinUrlsOfOtherDrivers(String url) {
        Bean bean = Bean.withPeers(url + ",jdbc:oracle:thin:@db2:1521/s");
        bean.setDriver("oracle.jdbc.xa.client.OracleXADataSource");

        assertThatThrownBy(bean::settings)
                .hasMessageContaining("user and password go behind")
                .hasMessageNotContaining("s3cret");
        bean.setPeers("jdbc:oracle:thin:@db2:1521/s?user=u");
        assertThat(bean.settings().peers()).extracting(PeerSpec::url).containsExactly("jdbc:oracle:thin:@db2:1521/s");
    }

    @Test
    void needsThePortOfAnUnknownDriver() {
        Bean bean = Bean.withPeers("db1");
        bean.setDriver("com.example.DataSource");

        assertThatThrownBy(bean::settings)
                .hasMessage("Peers=db1 is not allowed: write host:port, since no default port is known for"
                        + " com.example.DataSource");
    }

    @Test
    void namesTheGroupAfterItsPeersUnlessGiven() {
        Bean bean = Bean.withPeers("a@db1,db2");
        assertThat(bean.settings().groupName()).isEqualTo("a,db2:3306");

        bean.setGroupName("shop");
        assertThat(bean.settings().groupName()).isEqualTo("shop");
    }

    private static List<PeerSpec> peers(String text) {
        return Bean.withPeers(text).settings().peers();
    }

    @Test
    void aNameMayStandForEachOfItsAddresses() throws Exception {
        Bean bean = Bean.withPeers("a@dns:db.example:3307?weight=2, dns:other, dns:3308, b@dns:3309?weight=3");
        List<PeerSpec> peers = bean.settings().peers();
        assertThat(peers).extracting(PeerSpec::everyAddress).containsExactly(true, true, false, false);
        assertThat(peers).extracting(PeerSpec::name).containsExactly("a", "other", "dns:3308", "b");
        assertThat(peers)
                .extracting(PeerSpec::endpoint)
                .containsExactly("dns:db.example:3307", "dns:other:3306", "dns:3308", "dns:3309");
        assertThat(peers.get(0).toString()).startsWith("a@dns:db.example:3307 (");
        assertThat(peers.get(0).at(List.of()))
                .singleElement()
                .satisfies(peer -> assertThat(peer.endpoint()).isEqualTo("db.example:3307"));
        assertThat(peers.get(0)
                        .at(List.of(
                                InetAddress.getByAddress(new byte[] {10, 0, 0, 7}),
                                Inet6Address.getByAddress(new byte[16]))))
                .extracting(PeerSpec::toString)
                .allSatisfy(text -> assertThat(text).contains("weight=2"))
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("a-10.0.0.7@10.0.0.7:3307 ("),
                        text -> assertThat(text).startsWith("a-0:0:0:0:0:0:0:0@[0:0:0:0:0:0:0:0]:3307 ("));
    }

    /** An ampersand that was not encoded may have made two parameters of one password. */
    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:tcp://db1/x?password=se&cret=x", "jdbc:h2:tcp://db1/x?z=1&token=se&cret=x"})
    void hidesTheQueryOfAUrlBehindASecret(String peers) {
        Bean bean = Bean.withPeers(peers);
        bean.setDriver("org.h2.jdbcx.JdbcDataSource");

        PeerSpec peer = bean.settings().peers().get(0);
        assertThat(peer.url()).endsWith("cret=x");
        assertThat(peer.endpoint()).isEqualTo("jdbc:h2:tcp://db1/x?***");
        assertThat(peer).asString().doesNotContain("cret");
    }
}
