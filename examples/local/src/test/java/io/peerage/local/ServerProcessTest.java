/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "states of processes are read in /proc")
class ServerProcessTest {

    /** A child that has ended stays in the table of processes until its parent asks, which a frozen one does not. */
    @Test
    void freezesAServerWithAChildThatHasEnded(@TempDir Path directory) throws Exception {
        ServerProcess server = ServerProcess.start(
                "parent", directory, directory.resolve("log"), List.of("/bin/sh", "-c", "sleep 0 & exec sleep 600"));
        try {
            Patience.await(
                    "the child to end",
                    () -> ProcessHandle.of(server.pid())
                            .orElseThrow()
                            .children()
                            .anyMatch(child -> ServerProcess.hasEnded(child.pid())));
            server.freeze();
            assertThat(server.isFrozen()).isTrue();
            server.thaw();
            Patience.await("the server to go on", () -> !server.isFrozen());
        } finally {
            server.kill();
        }
    }
}
