/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What one question and its answer cost on a socket, over loopback, beside the sockets that the JDK has. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class RoundTripBenchmark {

    /** The sockets compared. */
    public enum Kind {
        /** That which drivers open by themselves. It cannot be looked at. */
        JDK,
        /** That of a channel, which an interrupt closes. */
        CHANNEL,
        /** Peerage's. */
        PEERAGE
    }

    private static final int QUESTION = 64;
    private static final int SMALL = 128;
    private static final int LARGE = 1024 * 1024;
    /** As much as drivers read at once. */
    private static final int READ = 16 * 1024;

    @Param
    public Kind socket = Kind.JDK;

    private final byte[] question = new byte[QUESTION];
    private final byte[] answer = new byte[READ];

    @SuppressWarnings("NullAway.Init")
    private Socket client;

    @SuppressWarnings("NullAway.Init")
    private InputStream in;

    @SuppressWarnings("NullAway.Init")
    private OutputStream out;

    @Setup(Level.Trial)
    public void connect() throws IOException {
        client = open(socket);
        Socket server;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            client.connect(listener.getLocalSocketAddress());
            server = listener.accept();
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        in = client.getInputStream();
        out = client.getOutputStream();
        Thread thread = new Thread(() -> serve(server), "benchmark-server");
        thread.setDaemon(true);
        thread.start();
    }

    private static Socket open(Kind kind) throws IOException {
        return switch (kind) {
            case JDK -> new Socket();
            case CHANNEL -> SocketChannel.open().socket();
            case PEERAGE -> ChannelSocket.open(Ticker.system(), null);
        };
    }

    /** Answers each question, long if its first byte asks for that; allocates nothing, for it is measured too. */
    private static void serve(Socket server) {
        byte[] asked = new byte[QUESTION];
        byte[] answer = new byte[LARGE];
        try (server) {
            DataInputStream questions = new DataInputStream(server.getInputStream());
            DataOutputStream answers = new DataOutputStream(server.getOutputStream());
            while (true) {
                questions.readFully(asked);
                answers.write(answer, 0, asked[0] == 0 ? SMALL : LARGE);
            }
        } catch (IOException e) {
            // the end of the benchmark
            assert server.isClosed();
        }
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        client.close();
    }

    private int ask(int size) throws IOException {
        question[0] = (byte) (size == SMALL ? 0 : 1);
        out.write(question);
        int left = size;
        while (left > 0) {
            left -= in.read(answer, 0, Math.min(left, READ));
        }
        return left;
    }

    /** A small query. */
    @Benchmark
    public int smallAnswer() throws IOException {
        return ask(SMALL);
    }

    /** A result of one megabyte. */
    @Benchmark
    public int largeAnswer() throws IOException {
        return ask(LARGE);
    }
}
