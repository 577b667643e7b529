/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peerage.connect.SimulatedTime;
import io.peerage.local.Patience;
import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** A name with several addresses, some of which are dead. */
@EnabledIf("io.peerage.local.Facilities#severalLoopbacks")
@Timeout(60)
@SuppressWarnings("AddressSelection") // they are addresses in letters
class SeveralAddressesTest {

    private final List<String> names = new ArrayList<>();
    private final SimulatedTime time = new SimulatedTime();
    private final HostAddresses addresses = new HostAddresses(
            host -> {
                if (names.isEmpty()) {
                    throw new UnknownHostException(host);
                }
                List<InetAddress> all = new ArrayList<>();
                for (String name : names) {
                    all.add(InetAddress.getByName(name));
                }
                return all;
            },
            time);

    @AutoClose
    private ServerSocket server;

    private int port;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        port = server.getLocalPort();
    }

    private ChannelSocket socket() throws IOException {
        return ChannelSocket.open(Ticker.system(), addresses);
    }

    private InetSocketAddress db() {
        return InetSocketAddress.createUnresolved("db", port);
    }

    private List<String> order() throws UnknownHostException {
        return addresses.of("db", port).stream()
                .map(address -> address.getAddress().getHostAddress())
                .toList();
    }

    @Test
    void oneThatRefusesIsPassedOver() throws IOException {
        names.addAll(List.of("127.0.0.2", "127.0.0.3", "127.0.0.1"));
        try (ChannelSocket socket = socket()) {
            socket.connect(db(), 2_000);
            assertThat(socket.getInetAddress()).isEqualTo(server.getInetAddress());
            assertThat(socket.isConnected()).isTrue();
        }
        assertThat(order()).containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.3");
    }

    /** What was set before counts on the socket that connects, and what is sent arrives. */
    @Test
    void theSocketIsTheSameToItsUser() throws IOException {
        names.addAll(List.of("127.0.0.2", "127.0.0.1"));
        try (ChannelSocket socket = socket()) {
            socket.setTcpNoDelay(true);
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            socket.setSoTimeout(1_500);
            socket.connect(db(), 2_000);
            try (Socket other = server.accept()) {
                socket.getOutputStream().write(7);
                assertThat(other.getInputStream().read()).isEqualTo(7);
                other.getOutputStream().write(8);
                assertThat(socket.getInputStream().read()).isEqualTo(8);
            }
            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getSoTimeout()).isEqualTo(1_500);
        }
    }

    /** The first one does not use up the time of all. */
    @Test
    void oneThatIsSilentGetsCompany() throws IOException {
        names.addAll(List.of("127.0.0.2", "127.0.0.3", "127.0.0.1"));
        try (SilentPort silent = new SilentPort("127.0.0.2", port);
                SilentPort another = new SilentPort("127.0.0.3", port);
                ChannelSocket socket = socket()) {
            assertThat(List.of(silent.port(), another.port())).containsOnly(port);
            long began = System.nanoTime();
            socket.connect(db(), 5_000);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
                    .as("milliseconds")
                    .isLessThan(2_500);
        }
    }

    @Test
    void allSilentEndsWithinTheBound() throws IOException {
        names.addAll(List.of("127.0.0.2", "127.0.0.3"));
        try (SilentPort silent = new SilentPort("127.0.0.2", port);
                SilentPort another = new SilentPort("127.0.0.3", port);
                ChannelSocket socket = socket()) {
            assertThat(silent.port()).isEqualTo(another.port());
            long began = System.nanoTime();
            assertThatThrownBy(() -> socket.connect(db(), 400)).isInstanceOf(SocketTimeoutException.class);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(399L, 2_000L);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void allRefusingSaysWhatTheySaid() throws IOException {
        names.addAll(List.of("127.0.0.2", "127.0.0.3"));
        try (ChannelSocket socket = socket()) {
            assertThatThrownBy(() -> socket.connect(db(), 2_000))
                    .isInstanceOf(ConnectException.class)
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        }
    }

    @Test
    void anUnknownNameIsSaidToBeUnknown() throws IOException {
        try (ChannelSocket socket = socket()) {
            assertThatThrownBy(() -> socket.connect(db(), 2_000)).isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void whatFailedIsTriedLastForAMinute() throws IOException {
        names.addAll(List.of("127.0.0.2", "127.0.0.1", "127.0.0.4"));
        addresses.failed(new InetSocketAddress("127.0.0.2", port));
        time.pass(10, TimeUnit.SECONDS);
        addresses.failed(new InetSocketAddress("127.0.0.1", port));
        assertThat(order()).containsExactly("127.0.0.4", "127.0.0.2", "127.0.0.1");
        time.pass(51, TimeUnit.SECONDS);
        assertThat(order()).containsExactly("127.0.0.2", "127.0.0.4", "127.0.0.1");
    }

    /** As an operator's or a rescuer's close does it. */
    @Test
    void aCloseEndsTheSearch() throws Exception {
        names.addAll(List.of("127.0.0.2", "127.0.0.3"));
        try (SilentPort silent = new SilentPort("127.0.0.2", port);
                SilentPort another = new SilentPort("127.0.0.3", port)) {
            ChannelSocket socket = socket();
            assertThat(silent.port()).isEqualTo(another.port());
            AtomicReference<Exception> met = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    socket.connect(db(), 0);
                } catch (IOException e) {
                    met.set(e);
                }
            });
            thread.start();
            Patience.await(
                    "the thread to wait",
                    () -> thread.getStackTrace().length > 0
                            && Arrays.stream(thread.getStackTrace())
                                    .anyMatch(frame -> frame.getMethodName().equals("select")));
            socket.close();
            thread.join();
            assertThat(met.get()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
        }
    }
}
