/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The look at an idle socket that a unit of work begins with, over loopback. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class PeekBenchmark {

    @SuppressWarnings("NullAway.Init")
    private Socket server;

    @SuppressWarnings("NullAway.Init")
    private ChannelSocket client;

    @SuppressWarnings("NullAway.Init")
    private LinkSocket linkSocket;

    @Setup(Level.Trial)
    public void connect() throws IOException {
        client = ChannelSocket.open(Ticker.system(), null);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            client.connect(listener.getLocalSocketAddress());
            server = listener.accept();
        }
        linkSocket = new LinkSocket(client);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        client.close();
        server.close();
    }

    @Benchmark
    public boolean peek() {
        if (linkSocket.peek() != LinkSocket.Peek.QUIET) {
            throw new IllegalStateException("the socket should be quiet");
        }
        return true;
    }
}
