/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A table of what may be done with a socket: ours answers as the JDK's own does, down to the kind of exception. */
@Timeout(60)
class SocketLikenessTest {

    /** One thing done with a connected socket, and what it gives. */
    private interface Deed {
        @Nullable Object with(Socket client, Socket server) throws Exception;
    }

    private record Row(String name, boolean connected, Deed deed) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Row> ROWS = new ArrayList<>();

    private static void connected(String name, Deed deed) {
        ROWS.add(new Row(name, true, deed));
    }

    private static void unconnected(String name, Deed deed) {
        ROWS.add(new Row(name, false, deed));
    }

    /** What a socket says of itself. */
    private static List<Object> state(Socket socket) {
        return List.of(
                socket.isBound(),
                socket.isConnected(),
                socket.isClosed(),
                socket.isInputShutdown(),
                socket.isOutputShutdown(),
                String.valueOf(socket.getInetAddress()),
                socket.getRemoteSocketAddress() != null,
                socket.getLocalSocketAddress() != null,
                socket.getLocalAddress(),
                socket.getPort() > 0 ? 1 : socket.getPort(),
                socket.getLocalPort() > 0 ? 1 : socket.getLocalPort(),
                String.valueOf(socket.getChannel()));
    }

    private static List<Object> options(Socket socket) throws IOException {
        return List.of(
                socket.getTcpNoDelay(),
                socket.getSoLinger(),
                socket.getSoTimeout(),
                socket.getKeepAlive(),
                socket.getReuseAddress(),
                socket.getOOBInline(),
                socket.getTrafficClass(),
                socket.getSendBufferSize() > 0,
                socket.getReceiveBufferSize() > 0);
    }

    private static void reset(Socket server) throws IOException {
        server.setSoLinger(true, 0);
        server.close();
    }

    /** Writes until the kernel has noticed that nobody is there. */
    private static Object writeUntilItFails(Socket client) throws IOException {
        while (true) {
            client.getOutputStream().write(new byte[1_000]);
        }
    }

    private static InetSocketAddress nobody() throws IOException {
        try (ServerSocket listener = SocketPair.listen(1)) {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }
    }

    private static final class OtherAddress extends SocketAddress {
        private static final long serialVersionUID = 1;
    }

    static {
        connected("state", (client, server) -> state(client));
        unconnected("state before connecting", (client, server) -> state(client));
        connected("state after closing", (client, server) -> {
            client.close();
            return state(client);
        });
        unconnected("state after closing unconnected", (client, server) -> {
            client.close();
            return state(client);
        });
        unconnected("state after a bind", (client, server) -> {
            client.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return state(client);
        });
        unconnected("bind to null", (client, server) -> {
            client.bind(null);
            return client.isBound();
        });
        unconnected("bind twice", (client, server) -> {
            client.bind(null);
            client.bind(null);
            return null;
        });
        unconnected("bind to a kind of address unknown", (client, server) -> {
            client.bind(new OtherAddress());
            return null;
        });
        connected("bind after connecting", (client, server) -> {
            client.bind(null);
            return null;
        });
        unconnected("bind after closing", (client, server) -> {
            client.close();
            client.bind(null);
            return null;
        });
        connected("connect twice", (client, server) -> {
            client.connect(nobody());
            return null;
        });
        unconnected("connect to null", (client, server) -> {
            client.connect(null);
            return null;
        });
        unconnected("connect with a negative limit", (client, server) -> {
            client.connect(nobody(), -1);
            return null;
        });
        unconnected("connect to a kind of address unknown", (client, server) -> {
            client.connect(new OtherAddress());
            return null;
        });
        unconnected("connect after closing", (client, server) -> {
            client.close();
            client.connect(nobody());
            return null;
        });
        unconnected("connect to nobody", (client, server) -> {
            client.connect(nobody());
            return null;
        });
        unconnected("connect to nobody with a limit", (client, server) -> {
            client.connect(nobody(), 1_000);
            return null;
        });
        unconnected("connect to a name unknown", (client, server) -> {
            client.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1));
            return null;
        });
        unconnected("connect that is not answered", (client, server) -> {
            try (SocketPair.Silence silence = new SocketPair.Silence()) {
                client.connect(silence.address(), 50);
            }
            return null;
        });
        unconnected("streams before connecting", (client, server) -> client.getInputStream());
        unconnected("output before connecting", (client, server) -> client.getOutputStream());
        connected("input after closing", (client, server) -> {
            client.close();
            return client.getInputStream();
        });
        connected("output after closing", (client, server) -> {
            client.close();
            return client.getOutputStream();
        });
        connected("the same streams each time", (client, server) -> {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            return List.of(in == client.getInputStream(), out == client.getOutputStream());
        });
        connected("read", (client, server) -> {
            server.getOutputStream().write(new byte[] {(byte) 200, 2, 3, 4});
            InputStream in = client.getInputStream();
            byte[] some = new byte[4];
            return List.of(in.read(), in.read(some, 1, 1), some[1], in.readNBytes(2));
        });
        connected("read nothing", (client, server) -> client.getInputStream().read(new byte[0]));
        connected(
                "read beyond the array",
                (client, server) -> client.getInputStream().read(new byte[2], 1, 2));
        connected("read into null", (client, server) -> client.getInputStream().read(null, 0, 1));
        connected("read after the server's end", (client, server) -> {
            server.getOutputStream().write(5);
            server.close();
            InputStream in = client.getInputStream();
            return List.of(in.read(), in.read(), in.read(new byte[3]), in.available());
        });
        connected("read after a reset", (client, server) -> {
            reset(server);
            return client.getInputStream().read();
        });
        connected("read again after a reset", (client, server) -> {
            reset(server);
            try {
                return client.getInputStream().read();
            } catch (IOException e) {
                return client.getInputStream().read();
            }
        });
        connected("read after closing", (client, server) -> {
            InputStream in = client.getInputStream();
            client.close();
            return in.read();
        });
        connected("read in vain", (client, server) -> {
            client.setSoTimeout(20);
            return client.getInputStream().read();
        });
        connected("read after reading in vain", (client, server) -> {
            client.setSoTimeout(20);
            try {
                return client.getInputStream().read();
            } catch (IOException e) {
                server.getOutputStream().write(9);
                client.setSoTimeout(10_000);
                return client.getInputStream().read();
            }
        });
        connected("write", (client, server) -> {
            client.getOutputStream().write(300);
            client.getOutputStream().write(new byte[] {1, 2, 3}, 1, 2);
            client.getOutputStream().flush();
            return server.getInputStream().readNBytes(3);
        });
        connected("write nothing", (client, server) -> {
            client.getOutputStream().write(new byte[0]);
            return null;
        });
        connected("write beyond the array", (client, server) -> {
            client.getOutputStream().write(new byte[2], 1, 2);
            return null;
        });
        connected("write after a reset", (client, server) -> {
            reset(server);
            return writeUntilItFails(client);
        });
        connected("write after the server's end", (client, server) -> {
            server.close();
            return writeUntilItFails(client);
        });
        connected("write after closing", (client, server) -> {
            OutputStream out = client.getOutputStream();
            client.close();
            out.write(1);
            return null;
        });
        connected("write nothing after closing", (client, server) -> {
            OutputStream out = client.getOutputStream();
            client.close();
            out.write(new byte[0]);
            return null;
        });
        connected("available", (client, server) -> {
            int before = client.getInputStream().available();
            server.getOutputStream().write(new byte[] {1, 2, 3});
            Patience.await("the bytes", () -> client.getInputStream().available() == 3);
            client.getInputStream().read();
            return List.of(before, client.getInputStream().available());
        });
        connected("available after closing", (client, server) -> {
            InputStream in = client.getInputStream();
            client.close();
            return in.available();
        });
        connected("closing the input", (client, server) -> {
            client.getInputStream().close();
            return client.isClosed();
        });
        connected("closing the output", (client, server) -> {
            client.getOutputStream().close();
            return List.of(client.isClosed(), server.getInputStream().read());
        });
        connected("shut input", (client, server) -> {
            InputStream in = client.getInputStream();
            server.getOutputStream().write(1);
            client.shutdownInput();
            return List.of(in.read(), in.available(), client.isInputShutdown());
        });
        connected("input after it was shut", (client, server) -> {
            client.shutdownInput();
            return client.getInputStream();
        });
        connected("shut input twice", (client, server) -> {
            client.shutdownInput();
            client.shutdownInput();
            return null;
        });
        connected("shut output", (client, server) -> {
            client.getOutputStream().write(1);
            client.shutdownOutput();
            return List.of(
                    client.isOutputShutdown(),
                    server.getInputStream().read(),
                    server.getInputStream().read());
        });
        connected("write after shutting the output", (client, server) -> {
            OutputStream out = client.getOutputStream();
            client.shutdownOutput();
            out.write(1);
            return null;
        });
        connected("output after it was shut", (client, server) -> {
            client.shutdownOutput();
            return client.getOutputStream();
        });
        unconnected("shut input before connecting", (client, server) -> {
            client.shutdownInput();
            return null;
        });
        unconnected("shut output before connecting", (client, server) -> {
            client.shutdownOutput();
            return null;
        });
        connected("shut output after closing", (client, server) -> {
            client.close();
            client.shutdownOutput();
            return null;
        });
        connected("shut input after closing", (client, server) -> {
            client.close();
            client.shutdownInput();
            return null;
        });
        connected("closing twice", (client, server) -> {
            client.close();
            client.close();
            return client.isClosed();
        });
        connected("urgent data", (client, server) -> {
            server.setOOBInline(true);
            client.sendUrgentData(65);
            return server.getInputStream().read();
        });
        connected("urgent data after closing", (client, server) -> {
            client.close();
            client.sendUrgentData(65);
            return null;
        });
        unconnected("urgent data before connecting", (client, server) -> {
            client.sendUrgentData(65);
            return null;
        });
        connected("options set", (client, server) -> {
            client.setTcpNoDelay(true);
            client.setSoLinger(true, 7);
            client.setSoTimeout(1_234);
            client.setKeepAlive(true);
            client.setReuseAddress(true);
            client.setOOBInline(true);
            client.setTrafficClass(0x10);
            client.setPerformancePreferences(1, 2, 3);
            List<Object> on = options(client);
            client.setSoLinger(false, 0);
            client.setTcpNoDelay(false);
            client.setKeepAlive(false);
            return List.of(on, options(client));
        });
        unconnected("options set before connecting", (client, server) -> {
            client.setTcpNoDelay(true);
            client.setSoLinger(true, 7);
            client.setSendBufferSize(20_000);
            client.setReceiveBufferSize(20_000);
            return List.of(options(client), client.getSendBufferSize(), client.getReceiveBufferSize());
        });
        connected("options by name", (client, server) -> {
            client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            client.setOption(StandardSocketOptions.SO_LINGER, 3);
            return List.of(
                    client.getOption(StandardSocketOptions.SO_KEEPALIVE),
                    client.getOption(StandardSocketOptions.SO_LINGER),
                    client.setOption(StandardSocketOptions.TCP_NODELAY, true) == client,
                    client.getTcpNoDelay());
        });
        connected(
                "options by name known",
                (client, server) -> client.supportedOptions()
                        .containsAll(List.of(
                                StandardSocketOptions.SO_KEEPALIVE,
                                StandardSocketOptions.SO_LINGER,
                                StandardSocketOptions.TCP_NODELAY,
                                StandardSocketOptions.SO_SNDBUF)));
        connected("negative read limit", (client, server) -> {
            client.setSoTimeout(-1);
            return null;
        });
        connected("negative linger", (client, server) -> {
            client.setSoLinger(true, -1);
            return null;
        });
        connected("no send buffer", (client, server) -> {
            client.setSendBufferSize(0);
            return null;
        });
        connected("traffic class too great", (client, server) -> {
            client.setTrafficClass(256);
            return null;
        });
        closed("setSoTimeout", client -> client.setSoTimeout(1));
        closed("getSoTimeout", Socket::getSoTimeout);
        closed("setTcpNoDelay", client -> client.setTcpNoDelay(true));
        closed("getTcpNoDelay", Socket::getTcpNoDelay);
        closed("setKeepAlive", client -> client.setKeepAlive(true));
        closed("getKeepAlive", Socket::getKeepAlive);
        closed("setSoLinger", client -> client.setSoLinger(true, 1));
        closed("getSoLinger", Socket::getSoLinger);
        closed("setSendBufferSize", client -> client.setSendBufferSize(1_000));
        closed("getSendBufferSize", Socket::getSendBufferSize);
        closed("setReceiveBufferSize", client -> client.setReceiveBufferSize(1_000));
        closed("getReceiveBufferSize", Socket::getReceiveBufferSize);
        closed("setTrafficClass", client -> client.setTrafficClass(8));
        closed("getTrafficClass", Socket::getTrafficClass);
        closed("setReuseAddress", client -> client.setReuseAddress(true));
        closed("getReuseAddress", Socket::getReuseAddress);
        closed("setOOBInline", client -> client.setOOBInline(true));
        closed("getOOBInline", Socket::getOOBInline);
        closed("setOption", client -> client.setOption(StandardSocketOptions.SO_KEEPALIVE, true));
        closed("getOption", client -> client.getOption(StandardSocketOptions.SO_KEEPALIVE));
    }

    private interface Call {
        void on(Socket socket) throws Exception;
    }

    private static void closed(String name, Call call) {
        connected(name + " after closing", (client, server) -> {
            client.close();
            call.on(client);
            return null;
        });
    }

    static Stream<Row> rows() {
        return ROWS.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void oursAnswersAsTheJdksOwn(Row row) throws Exception {
        assertThat(outcome(row, SocketPair.Kind.OURS)).isEqualTo(outcome(row, SocketPair.Kind.JDK));
    }

    private static String outcome(Row row, SocketPair.Kind kind) throws Exception {
        if (row.connected) {
            try (SocketPair pair = new SocketPair(kind)) {
                return outcome(row.deed, pair.client, pair.server);
            }
        }
        try (Socket socket = kind.open()) {
            return outcome(row.deed, socket, socket);
        }
    }

    private static String outcome(Deed deed, Socket client, Socket server) {
        try {
            Object result = deed.with(client, server);
            return org.assertj.core.presentation.StandardRepresentation.STANDARD_REPRESENTATION.toStringOf(result);
        } catch (Exception e) {
            return e.getClass().getName();
        }
    }
}
