/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ShutdownIT {

    @Test
    @Timeout(60)
    void endOfTheJvmEndsItsServersAndDeletesTheirFiles() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessPeers.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = program.inputReader()) {
            long first = Long.parseLong(out.readLine());
            long frozen = Long.parseLong(out.readLine());
            assertThat(ProcessHandle.of(first)).isPresent();
            assertThat(ProcessHandle.of(frozen)).isPresent();
            assertThat(filesOf(program.pid())).isEqualTo(2);

            program.destroy();
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();

            assertThat(ProcessHandle.of(first)).isEmpty();
            assertThat(ProcessHandle.of(frozen)).isEmpty();
            assertThat(filesOf(program.pid())).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    private static long filesOf(long pid) throws Exception {
        try (Stream<Path> temporary = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return temporary
                    .filter(path -> path.getFileName().toString().startsWith("peerage-" + pid + "-"))
                    .count();
        }
    }
}
