/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.peerage.Interrupts;
import io.peerage.peer.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A socket of ours under interrupts, limits and other threads, over loopback. */
@Timeout(60)
class ChannelSocketTest {

    private static final int MUCH = 8 * 1024 * 1024;

    /** The common pool may have one thread only, and these wait for each other. */
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private SocketPair pair;

    @BeforeEach
    void connect() throws IOException {
        pair = new SocketPair(SocketPair.Kind.OURS);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
        threads.shutdownNow();
    }

    /** Each byte tells where it belongs; the period is prime, so no buffer's size hides a shift. */
    private static byte[] pattern(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    private static CompletableFuture<Throwable> failureOf(String name, Interrupts.Action action) throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread thread = new Thread(() -> failure.complete(catchThrowable(action::run)), name);
        thread.start();
        SocketPair.awaitWaiting(thread);
        return failure;
    }

    private static void assertEnds(CompletableFuture<Throwable> blocked) throws Exception {
        assertThat(blocked.get(10, TimeUnit.SECONDS))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
    }

    @Test
    void anInterruptEndsNeitherAReadNorTheConnection() throws Exception {
        CompletableFuture<Integer> read = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                read.complete(pair.client.getInputStream().read());
                interrupted.complete(Thread.interrupted());
            } catch (IOException e) {
                read.completeExceptionally(e);
            }
        });
        reader.start();
        for (int i = 0; i < 3; i++) {
            SocketPair.awaitWaiting(reader);
            reader.interrupt();
        }
        pair.server.getOutputStream().write(200);
        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(200);
        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(pair.client.isClosed()).isFalse();
    }

    /**
     * More than the kernel takes, in both directions at once, to and from a slow other side, under a storm of
     * interrupts.
     */
    @Test
    void muchArrivesWholeInBothDirectionsUnderInterrupts() throws Exception {
        byte[] sent = pattern(MUCH);
        CompletableFuture<Void> echo = CompletableFuture.runAsync(
                () -> {
                    try {
                        byte[] some = new byte[1_021];
                        for (int n = pair.server.getInputStream().read(some);
                                n >= 0;
                                n = pair.server.getInputStream().read(some)) {
                            pair.server.getOutputStream().write(some, 0, n);
                        }
                        pair.server.shutdownOutput();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(
                () -> {
                    try {
                        Interrupts.throughout(
                                () -> pair.client.getOutputStream().write(sent));
                        pair.client.shutdownOutput();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        byte[] received =
                Interrupts.throughout(() -> pair.client.getInputStream().readAllBytes());
        writer.join();
        echo.join();
        assertThat(received).isEqualTo(sent);
    }

    @Test
    void aReadGivesUpInTimeAndTheConnectionGoesOn() throws Exception {
        InputStream in = pair.client.getInputStream();
        pair.client.setSoTimeout(50);
        long began = System.nanoTime();
        assertThatThrownBy(() -> Interrupts.throughout(() -> in.read())).isInstanceOf(SocketTimeoutException.class);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(50L, 5_000L);
        pair.server.getOutputStream().write(7);
        assertThat(in.read()).isEqualTo(7);
        pair.client.setSoTimeout(0);
        CompletableFuture<Throwable> forEver = failureOf("reader", () -> in.read());
        pair.client.close();
        assertEnds(forEver);
    }

    @Test
    void closingEndsABlockedRead() throws Exception {
        CompletableFuture<Throwable> read =
                failureOf("reader", () -> pair.client.getInputStream().read());
        pair.client.close();
        assertEnds(read);
    }

    @Test
    void closingEndsABlockedWrite() throws Exception {
        CompletableFuture<Throwable> write =
                failureOf("writer", () -> pair.client.getOutputStream().write(new byte[4 * MUCH]));
        pair.client.close();
        assertEnds(write);
    }

    @Test
    void closingEndsABlockedConnect() throws Exception {
        Socket socket = ChannelSocket.open(Ticker.system(), null);
        try (SocketPair.Silence silence = new SocketPair.Silence()) {
            CompletableFuture<Throwable> connect =
                    failureOf("connector", () -> socket.connect(silence.address(), 30_000));
            socket.close();
            assertEnds(connect);
        }
    }

    @Test
    void aConnectGivesUpInTimeUnderInterrupts() throws Exception {
        try (SocketPair.Silence silence = new SocketPair.Silence();
                Socket socket = ChannelSocket.open(Ticker.system(), null)) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> Interrupts.throughout(() -> socket.connect(silence.address(), 100)))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(100L, 5_000L);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    /** An interrupt of these is the end of the adapter: nothing of it may stay. */
    @Test
    void theAdaptersOwnThreadsEndWhenInterrupted() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread thread = new AdapterThread(
                () -> failure.complete(
                        catchThrowable(() -> pair.client.getInputStream().read())),
                "worker");
        thread.start();
        SocketPair.awaitWaiting(thread);
        thread.interrupt();
        assertThat(failure.get(10, TimeUnit.SECONDS))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("being stopped");
        CompletableFuture<Throwable> later = new CompletableFuture<>();
        Thread second = new AdapterThread(
                () -> {
                    Thread.currentThread().interrupt();
                    later.complete(
                            catchThrowable(() -> pair.client.getInputStream().read()));
                },
                "interrupted-worker");
        second.start();
        assertThat(later.get(10, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
    }

    /** Drivers do this for every statement. */
    @Test
    void readingAndWritingAllocatesNothing() throws Exception {
        CompletableFuture<Void> echo = CompletableFuture.runAsync(
                () -> {
                    try {
                        byte[] some = new byte[100];
                        for (int n = pair.server.getInputStream().read(some);
                                n >= 0;
                                n = pair.server.getInputStream().read(some)) {
                            pair.server.getOutputStream().write(some, 0, n);
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        ThreadMXBean counters = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int times = 20_000;
        roundTrips(times);
        long before = counters.getCurrentThreadAllocatedBytes();
        roundTrips(times);
        long each = (counters.getCurrentThreadAllocatedBytes() - before) / times;
        pair.client.shutdownOutput();
        echo.join();
        System.out.println("bytes allocated per write and read: " + each);
        assertThat(each).isZero();
    }

    private void roundTrips(int times) throws IOException {
        InputStream in = pair.client.getInputStream();
        OutputStream out = pair.client.getOutputStream();
        byte[] question = new byte[100];
        byte[] answer = new byte[16_384];
        for (int i = 0; i < times; i++) {
            out.write(question);
            for (int left = question.length; left > 0; ) {
                left -= in.read(answer, 0, left);
            }
        }
    }
}
