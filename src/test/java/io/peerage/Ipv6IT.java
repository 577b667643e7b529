/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.local.LocalPeer;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.sql.SQLException;
import java.util.Collections;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A peer that is known by an IPv6 address, with and without a zone, on a real server and through each driver. */
@EnabledIf("hasIpv6")
@Timeout(120)
class Ipv6IT {

    @AutoClose
    private static LocalPeer server;

    private static String loopback = "lo";

    /** Not every kernel of a test machine or container speaks it. */
    static boolean hasIpv6() throws SocketException {
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(each.getInetAddresses())) {
                if (address.isLoopbackAddress() && address instanceof Inet6Address) {
                    loopback = each.getName();
                    return true;
                }
            }
        }
        System.out.println("IPv6 was not tested: this machine has no address ::1");
        return false;
    }

    @BeforeAll
    static void start() {
        server = LocalPeer.start("ipv6", "--bind-address=127.0.0.1,::1");
        server.execute("CREATE USER 'app'@'::1' IDENTIFIED BY 'app'; GRANT ALL PRIVILEGES ON shop.* TO 'app'@'::1'");
    }

    private static PeerManagedConnectionFactory factory(String driver, String peers) {
        PeerManagedConnectionFactory factory = LocalFactories.create();
        factory.setPeers(peers.replace("PORT", "" + server.port()).replace("ZONE", loopback));
        factory.setDriver(driver);
        factory.setWhenAllDown("fail");
        return factory;
    }

    @ParameterizedTest
    @CsvSource({
        "mysql, [::1]:PORT",
        "mysql, [::1%ZONE]:PORT",
        "mysql, jdbc:mysql://[::1%25ZONE]:PORT/shop",
        "mysql, jdbc:mysql://[::1%ZONE]:PORT/shop",
        "mariadb, [::1%ZONE]:PORT",
        "mariadb, jdbc:mariadb://[::1%25ZONE]:PORT/shop"
    })
    void isConnectedTo(String driver, String peers) throws SQLException {
        PeerManagedConnectionFactory factory = factory(driver, peers);
        try {
            assertThat(LivePeers.ask(factory.createConnectionFactory())).isEqualTo(server.port());
        } finally {
            LivePeers.stop(factory);
        }
    }

    /** Which can only be seen on the way: interfaces come and go. */
    @ParameterizedTest
    @CsvSource({"mysql", "mariadb"})
    void anInterfaceThatIsNotThereIsAPeerThatIsDown(String driver) {
        PeerManagedConnectionFactory factory = factory(driver, "[::1%nope]:PORT");
        try {
            assertThat(catchThrowable(() -> LivePeers.ask(factory.createConnectionFactory())))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("[::1%nope]:" + server.port() + " is down");
        } finally {
            LivePeers.stop(factory);
        }
    }
}
