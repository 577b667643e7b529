/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import io.peerage.local.Relay;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * That a look at the idle socket is enough: whichever way a server ends a connection, with either driver, plain or
 * encrypted, the application never gets the stale connection, and no server is sent a ping.
 */
@Timeout(120)
class PeekIT {

    @TempDir
    private static Path certificates;

    private static LocalPeer hurt;
    private static LocalPeer other;
    /** Before the peer that is hurt, for endings that its server does not know: MySQL 8 says why before it closes. */
    private static Relay relay;

    private final LifoContainer container = new LifoContainer(2);

    private enum Ending {
        CRASH {
            @Override
            void happen() {
                hurt.kill();
                hurt.restart();
            }
        },
        SHUTDOWN {
            @Override
            void happen() {
                hurt.stop();
                hurt.restart();
            }
        },
        KILL {
            @Override
            void happen() throws Exception {
                hurt.execute(
                        "KILL " + hurt.execute("SELECT id FROM information_schema.processlist WHERE user = 'app'"));
                awaitNoSession();
            }
        },
        IDLE_TIMEOUT {
            @Override
            void happen() throws Exception {
                awaitNoSession();
            }
        },
        ERROR_PACKET {
            @Override
            void happen() {
                relay.sayToClients(idleTooLong());
            }

            @Override
            String address() {
                return relay.address();
            }
        },
        ERROR_PACKET_AND_END {
            @Override
            void happen() {
                relay.sayToClients(idleTooLong());
                relay.closeExisting();
            }

            @Override
            String address() {
                return relay.address();
            }
        };

        abstract void happen() throws Exception;

        /** Where the pool connects to. */
        String address() {
            return hurt.address();
        }

        /** What MySQL 8 sends a client that was idle for too long: error 4031. An encrypted one gets as many bytes or more. */
        private static byte[] idleTooLong() {
            byte[] text = "#HY000The client was disconnected by the server because of inactivity.".getBytes(US_ASCII);
            ByteBuffer packet = ByteBuffer.allocate(7 + text.length).order(ByteOrder.LITTLE_ENDIAN);
            packet.putInt(3 + text.length)
                    .put((byte) 0xff)
                    .putShort((short) 4031)
                    .put(text);
            return packet.array();
        }
    }

    @BeforeAll
    static void startPeers() throws Exception {
        String[] tls = ServerCertificate.optionsFor(certificates);
        hurt = LocalPeer.start("hurt", tls);
        other = LocalPeer.start("other", tls);
        relay = Relay.to(hurt.port());
    }

    @AfterAll
    static void stopPeers() {
        relay.close();
        hurt.close();
        other.close();
    }

    @AfterEach
    void close() {
        container.close();
    }

    @ParameterizedTest
    @CsvSource({
        "mysql, DISABLED, false",
        "mysql, REQUIRED, true",
        "mariadb, disable, false",
        "mariadb, trust, true",
    })
    void aStaleConnectionIsNeverSeenAndNoPingIsSent(String driver, String sslMode, boolean encrypted) throws Exception {
        List<String> row = new ArrayList<>();
        for (Ending ending : Ending.values()) {
            try (LifoContainer pool = new LifoContainer(2)) {
                row.add(ending + " " + survives(ending, pool, driver, sslMode, encrypted));
            }
        }
        System.out.println("peek, pings sent: " + driver + (encrypted ? " TLS  " : " plain ") + row);
    }

    /** @return how many pings the servers counted */
    private static long survives(Ending ending, LifoContainer pool, String driver, String sslMode, boolean encrypted)
            throws Exception {
        if (ending == Ending.IDLE_TIMEOUT) {
            hurt.execute("SET GLOBAL wait_timeout = 2");
        }
        try {
            PeerManagedConnectionFactory factory = factory(driver, sslMode, ending.address());
            // what the row before left may still be on its way out
            awaitNoSession();
            PeerDataSource source = pool.fill(factory, 2).dataSource(factory);
            Patience.await("one connection to each peer", () -> sessions(hurt) == 1);
            long pings = pings(other);
            long hurtPings = pings(hurt);
            ending.happen();
            if (ending == Ending.CRASH || ending == Ending.SHUTDOWN) {
                // a server counts from its start
                hurtPings = 0;
            }
            for (int i = 0; i < 5; i++) {
                try (Connection one = source.getConnection();
                        Connection two = source.getConnection()) {
                    assertThat(isEncrypted(one)).isEqualTo(encrypted);
                    assertThat(isEncrypted(two)).isEqualTo(encrypted);
                }
            }
            assertThat(pool.created())
                    .as("managed connections, none of them lost")
                    .isEqualTo(2);
            long sent = pings(other) - pings + pings(hurt) - hurtPings;
            assertThat(sent).as("pings").isZero();
            return sent;
        } finally {
            hurt.execute("SET GLOBAL wait_timeout = 28800");
        }
    }

    /** Without this the figures above could be zero because the server does not count. */
    @Test
    void aPingIsCounted() throws Exception {
        PeerManagedConnectionFactory factory = factory("mysql", "DISABLED", hurt.address());
        factory.setValidateAfterIdleMillis(0);
        PeerDataSource source = container.fill(factory, 2).dataSource(factory);
        long before = pings(hurt) + pings(other);
        LivePeers.ask(source);
        assertThat(pings(hurt) + pings(other)).isEqualTo(before + 1);
    }

    private static PeerManagedConnectionFactory factory(String driver, String sslMode, String address) {
        PeerManagedConnectionFactory factory = new PeerManagedConnectionFactory();
        factory.setPeers("hurt@" + address + ",other@" + other.address());
        factory.setDriver(driver);
        factory.setConnectionProperties("sslMode=" + sslMode);
        factory.setDatabaseName(LocalPeer.DATABASE);
        factory.setUserName(LocalPeer.USER);
        factory.setPassword(LocalPeer.PASSWORD);
        // neither checks nor moves of idle connections may take the stale one away before the application asks
        factory.setCheckIntervalSeconds(3_600);
        factory.setRebalancePerSecond(0);
        factory.setValidateAfterIdleMillis(3_600_000);
        return factory;
    }

    private static boolean isEncrypted(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) {
            assertThat(row.next()).isTrue();
            return !row.getString(2).isEmpty();
        }
    }

    private static long pings(LocalPeer peer) {
        return peer.status("Com_admin_commands");
    }

    private static int sessions(LocalPeer peer) {
        return Integer.parseInt(peer.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app'"));
    }

    private static void awaitNoSession() throws Exception {
        Patience.await("the server to end the session", () -> sessions(hurt) == 0);
    }
}
