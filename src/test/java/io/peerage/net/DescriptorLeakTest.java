/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peerage.peer.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** That a closed socket of ours keeps nothing of the kernel's, however it ended. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "open files are counted in /proc")
class DescriptorLeakTest {

    private static final int TIMES = 100;

    private static long open() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private interface Life {
        void live() throws Exception;
    }

    /** The first round opens what the JDK keeps. */
    private static void assertLeavesNothing(Life life) throws Exception {
        life.live();
        long before = open();
        for (int i = 0; i < TIMES; i++) {
            life.live();
        }
        assertThat(open()).isLessThan(before + TIMES / 2);
    }

    @Test
    void unused() throws Exception {
        assertLeavesNothing(() -> ChannelSocket.open(Ticker.system(), null).close());
    }

    @Test
    void refused() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket listener = SocketPair.listen(1)) {
            nobody = (InetSocketAddress) listener.getLocalSocketAddress();
        }
        // closed by nobody but the connect itself
        assertLeavesNothing(() -> {
            Socket socket = SocketPair.Kind.OURS.open();
            assertThat(catchThrowable(() -> socket.connect(nobody))).isInstanceOf(IOException.class);
            assertThat(socket.isClosed()).isTrue();
        });
    }

    @Test
    void usedInBothDirections() throws Exception {
        assertLeavesNothing(() -> {
            try (SocketPair pair = new SocketPair(SocketPair.Kind.OURS)) {
                pair.client.setSoTimeout(1);
                assertThat(catchThrowable(() -> pair.client.getInputStream().read()))
                        .isInstanceOf(IOException.class);
            }
        });
    }

    @Test
    void closedUnderThreadsThatWait() throws Exception {
        byte[] much = new byte[16 * 1024 * 1024];
        assertLeavesNothing(() -> {
            try (SocketPair pair = new SocketPair(SocketPair.Kind.OURS)) {
                List<CompletableFuture<Throwable>> failures = List.of(
                        failureOf(() -> pair.client.getInputStream().read()),
                        failureOf(() -> pair.client.getOutputStream().write(much)));
                Thread other = new Thread(
                        () -> assertThat(catchThrowable(pair.client::close)).isNull());
                other.start();
                pair.client.close();
                other.join();
                for (CompletableFuture<Throwable> failure : failures) {
                    assertThat(failure.join()).isInstanceOf(SocketException.class);
                }
            }
        });
    }

    private static CompletableFuture<Throwable> failureOf(ThrowingCallable call) throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread thread = new Thread(() -> failure.complete(catchThrowable(call)));
        thread.start();
        SocketPair.awaitWaiting(thread);
        return failure;
    }
}
