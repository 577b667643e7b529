/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RelayTest {

    private static final int SILENCE_MILLIS = 200;

    private EchoServer server;
    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        server = new EchoServer();
        relay = Relay.to(server.port());
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        server.close();
    }

    @Test
    void passesBothWays() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            assertThat(relay.connections()).isEqualTo(1);
        }
        await(() -> relay.connections() == 0);
    }

    @Test
    void passesTheEndOfTheStreamOn() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void stallExistingHoldsOpenConnectionsOnly() throws IOException {
        try (Socket held = connect()) {
            assertThat(echo(held, 'a')).isEqualTo('a');
            relay.stallExisting();
            held.getOutputStream().write('b');
            try (Socket fresh = connect()) {
                assertThat(echo(fresh, 'c')).isEqualTo('c');
            }
            held.setSoTimeout(SILENCE_MILLIS);
            assertThatThrownBy(() -> held.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            relay.pass();
            held.setSoTimeout(0);
            assertThat(held.getInputStream().read()).isEqualTo('b');
        }
    }

    @Test
    void stallHoldsOpenConnectionsUntilPass() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.stall();
            client.getOutputStream().write('b');
            assertSilent(client);
            assertThat(server.received()).isEqualTo(1);
            assertThat(relay.connections()).isEqualTo(1);

            relay.pass();
            assertThat(read(client)).isEqualTo('b');
        }
    }

    @Test
    void stallAcceptsNewClientsAndHidesThemFromTheServer() throws IOException {
        relay.stall();
        try (Socket client = connect()) {
            client.getOutputStream().write('a');
            assertSilent(client);
            assertThat(server.accepted()).isZero();

            relay.pass();
            assertThat(read(client)).isEqualTo('a');
        }
    }

    @Test
    void stallToServerKeepsRequestsFromArriving() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.stallToServer();
            client.getOutputStream().write('b');
            assertSilent(client);
            assertThat(server.received()).isEqualTo(1);
        }
    }

    @Test
    void stallToClientLosesOnlyTheAnswer() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.stallToClient();
            client.getOutputStream().write('b');
            await(() -> server.received() == 2);
            assertSilent(client);
        }
    }

    @Test
    void stalledConnectionsCanBeReset() throws IOException {
        relay.stall();
        try (Socket client = connect()) {
            await(() -> relay.connections() == 1);
            relay.reset();
            assertThatThrownBy(() -> read(client)).isInstanceOf(SocketException.class);
            await(() -> relay.connections() == 0);
        }
    }

    @Test
    void refuseKeepsOpenConnectionsAndPassListensAgainOnTheSamePort() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.refuse();
            assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class);
            assertThat(echo(client, 'b')).isEqualTo('b');

            relay.pass();
            try (Socket another = connect()) {
                assertThat(echo(another, 'c')).isEqualTo('c');
            }
        }
    }

    @Test
    void resetBreaksOpenConnectionsOnly() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.reset();
            assertThatThrownBy(() -> read(client))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        try (Socket another = connect()) {
            assertThat(echo(another, 'b')).isEqualTo('b');
        }
    }

    @Test
    void closeExistingEndsInOrder() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.closeExisting();
            assertThat(read(client)).isEqualTo(-1);
            assertThat(relay.connections()).isZero();
        }
    }

    @Test
    void delayAppliesInEachDirection() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.delay(100);
            long startNanos = System.nanoTime();
            assertThat(echo(client, 'b')).isEqualTo('b');
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos))
                    .isGreaterThanOrEqualTo(200);
        }
        assertThatThrownBy(() -> relay.delay(-1)).hasMessageContaining("-1");
    }

    @Test
    void saysToClientsWhatTheServerDidNot() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.sayToClients(new byte[] {'x', 'y'});
            assertThat(read(client)).isEqualTo('x');
            assertThat(read(client)).isEqualTo('y');
            assertThat(echo(client, 'b')).isEqualTo('b');
        }
    }

    @Test
    void deadTargetResetsTheClient() throws IOException {
        server.close();
        try (Socket client = connect()) {
            assertThatThrownBy(() -> read(client)).isInstanceOf(SocketException.class);
            await(() -> relay.connections() == 0);
        }
    }

    @Test
    void closeEndsListenerAndConnections() throws IOException {
        try (Socket client = connect()) {
            assertThat(echo(client, 'a')).isEqualTo('a');
            relay.close();
            relay.close();
            assertThat(read(client)).isEqualTo(-1);
            assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class);
            relay.pass();
            assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), relay.port());
    }

    private static int echo(Socket client, int octet) throws IOException {
        client.getOutputStream().write(octet);
        return read(client);
    }

    private static int read(Socket client) throws IOException {
        client.setSoTimeout(10_000);
        return client.getInputStream().read();
    }

    private static void assertSilent(Socket client) throws IOException {
        client.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    /** Spins until the condition holds; the test's own limit ends it. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            Thread.onSpinWait();
        }
    }
}
