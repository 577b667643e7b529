/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Relay;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** What only servers of MySQL's protocol do to idle connections, and that they count pings. */
interface MySqlPeekContract extends PeekContract {

    /** Without this the pings that are counted elsewhere could be none because the server does not count. */
    @Test
    default void aPingIsCounted() throws Exception {
        PeerManagedConnectionFactory factory = site().factory();
        factory.setValidateAfterIdleMillis(0);
        PeerDataSource source = pool(factory, 2);
        long before = pings();
        site().ask(source);
        assertThat(pings() - before).isEqualTo(1);
    }

    /** MySQL 8 says why it ends a session before it does; here it says so and is slow to end it. */
    @Test
    default void aServerThatHasSaidWhyItEndsTheSessionIsBelieved() throws Exception {
        try (Relay relay = Relay.to(site().hurt().port())) {
            survives(
                    relay.address(),
                    () -> {
                        relay.sayToClients(idleTooLong());
                        site().dialect()
                                .kill(
                                        site().hurt(),
                                        site().dialect().sessions(site().hurt()).get(0));
                    },
                    false);
        }
    }

    /** Error 4031. An encrypted connection gets as many bytes or more. */
    private static byte[] idleTooLong() {
        byte[] text = "#HY000The client was disconnected by the server because of inactivity.".getBytes(US_ASCII);
        ByteBuffer packet = ByteBuffer.allocate(7 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        packet.putInt(3 + text.length).put((byte) 0xff).putShort((short) 4031).put(text);
        return packet.array();
    }
}
