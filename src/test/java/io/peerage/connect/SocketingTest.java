/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A look at a real idle socket, over loopback. */
@Timeout(60)
class SocketingTest {

    private SocketPair pair;
    private Socketing socketing;

    @BeforeEach
    void connect() throws IOException {
        pair = new SocketPair(SocketPair.Kind.OURS);
        socketing = new Socketing((ChannelSocket) pair.client);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
    }

    @Test
    void aQuietSocketIsAliveHoweverOftenItIsLookedAt() {
        for (int i = 0; i < 3; i++) {
            assertThat(socketing.peek()).isEqualTo(Socketing.Peek.QUIET);
        }
    }

    @Test
    void aServerThatSpokeOrHungUpHasEndedTheConnection() throws IOException {
        pair.server.getOutputStream().write(new byte[] {1, 2});
        awaitNot(Socketing.Peek.QUIET);
        assertThat(socketing.peek()).as("the second byte").isEqualTo(Socketing.Peek.ENDED);
        pair.server.close();
        assertThat(socketing.peek()).isEqualTo(Socketing.Peek.ENDED);
        pair.client.close();
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
