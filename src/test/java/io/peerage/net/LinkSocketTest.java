/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A look at a real idle socket, over loopback. */
@Timeout(60)
class LinkSocketTest {

    @AutoClose
    private SocketPair pair;

    private LinkSocket linkSocket;

    @BeforeEach
    void connect() throws IOException {
        pair = new SocketPair(SocketPair.Kind.OURS);
        linkSocket = new LinkSocket((ChannelSocket) pair.client);
    }

    @Test
    void aQuietSocketIsAliveHoweverOftenItIsLookedAt() {
        for (int i = 0; i < 3; i++) {
            assertThat(linkSocket.peek()).isEqualTo(LinkSocket.Peek.QUIET);
        }
    }

    @Test
    void aServerThatSpokeOrHungUpHasEndedTheConnection() throws IOException {
        pair.server.getOutputStream().write(new byte[] {1, 2});
        awaitNot(LinkSocket.Peek.QUIET);
        assertThat(linkSocket.peek()).as("the second byte").isEqualTo(LinkSocket.Peek.ENDED);
        pair.server.close();
        assertThat(linkSocket.peek()).isEqualTo(LinkSocket.Peek.ENDED);
        pair.client.close();
        assertThat(linkSocket.peek()).isEqualTo(LinkSocket.Peek.ENDED);
    }

    /** What is written arrives when the kernel has passed it on. */
    private void awaitNot(LinkSocket.Peek before) {
        LinkSocket.Peek seen = before;
        while (seen == before) {
            seen = linkSocket.peek();
        }
        assertThat(seen).isEqualTo(LinkSocket.Peek.ENDED);
    }

    @Test
    void withoutASocketThereIsNothingToSee() {
        assertThat(LinkSocket.NONE.peek()).isEqualTo(LinkSocket.Peek.UNKNOWN);
    }

    /** It happens in front of every unit of work. */
    @Test
    void aLookAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int sweep = 10_000;
        look(sweep);
        long before = threads.getCurrentThreadAllocatedBytes();
        look(sweep);
        long perLook = (threads.getCurrentThreadAllocatedBytes() - before) / sweep;
        System.out.println("bytes allocated per look at a socket: " + perLook);
        assertThat(perLook).isZero();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            if (linkSocket.peek() != LinkSocket.Peek.QUIET) {
                throw new AssertionError("the socket should be quiet");
            }
        }
    }
}
