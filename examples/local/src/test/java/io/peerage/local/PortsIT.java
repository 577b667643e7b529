/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void anotherJvmDoesNotGetWhatThisOneHas() {
        int port = Ports.free();
        int notReserved = port + 1;
        assertThat(reservedByAnotherJvm(port)).isFalse();
        assertThat(reservedByAnotherJvm(notReserved)).isTrue();
    }

    @Test
    void nobodyGetsAPortTwice() {
        int port = Ports.free();
        assertThat(Ports.reserve(port)).isFalse();
    }

    @Test
    void whatAnEndedJvmHadIsFreeAgain() {
        int port = Ports.free() + 1;
        assertThat(reservedByAnotherJvm(port)).isTrue();
        assertThat(Ports.reserve(port)).isTrue();
    }

    @Test
    void aPortIsOneOnWhichNobodyListens() throws Exception {
        try (ServerSocket socket = new ServerSocket(Ports.free(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.getLocalPort()).isPositive();
        }
    }

    private static boolean reservedByAnotherJvm(int port) {
        return Boolean.parseBoolean(Command.run(
                        Path.of("."),
                        LIMIT,
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                PortTaker.class.getName(),
                                Integer.toString(port)))
                .strip());
    }
}
