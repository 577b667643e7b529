/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A look at a real idle socket, over loopback. */
@Timeout(60)
class SocketingTest {

    private SocketChannel server;
    private SocketChannel client;
    private Socketing socketing;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open(listener.getLocalAddress());
            server = listener.accept();
        }
        socketing = new Socketing(client);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void aQuietSocketIsAliveHoweverOftenItIsLookedAt() {
        for (int i = 0; i < 3; i++) {
            assertThat(socketing.peek()).isEqualTo(Socketing.Peek.QUIET);
            assertThat(client.isBlocking()).as("as the driver expects it").isTrue();
        }
    }

    @Test
    void aServerThatSpokeOrHungUpHasEndedTheConnection() throws IOException {
        server.write(ByteBuffer.wrap(new byte[] {1, 2}));
        awaitNot(Socketing.Peek.QUIET);
        assertThat(socketing.peek()).as("the second byte").isEqualTo(Socketing.Peek.ENDED);
        server.close();
        assertThat(socketing.peek()).isEqualTo(Socketing.Peek.ENDED);
        client.close();
        assertThat(socketing.peek()).isEqualTo(Socketing.Peek.ENDED);
    }

    /** What is written arrives when the kernel has passed it on. */
    private void awaitNot(Socketing.Peek before) {
        Socketing.Peek seen = before;
        while (seen == before) {
            seen = socketing.peek();
        }
        assertThat(seen).isEqualTo(Socketing.Peek.ENDED);
    }

    @Test
    void withoutASocketThereIsNothingToSee() {
        assertThat(new Socketing(null).peek()).isEqualTo(Socketing.Peek.UNKNOWN);
    }

    /** It happens in front of every unit of work. */
    @Test
    void aLookAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int looks = 10_000;
        look(looks);
        long before = threads.getCurrentThreadAllocatedBytes();
        look(looks);
        long perLook = (threads.getCurrentThreadAllocatedBytes() - before) / looks;
        System.out.println("bytes allocated per look at a socket: " + perLook);
        assertThat(perLook).isZero();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            if (socketing.peek() != Socketing.Peek.QUIET) {
                throw new AssertionError("the socket should be quiet");
            }
        }
    }
}
