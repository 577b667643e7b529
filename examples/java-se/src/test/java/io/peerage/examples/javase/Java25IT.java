/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.javase;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.local.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The other tests of what Peerage promises, with the same classes on JDK 25. */
@EnabledIf("io.peerage.local.Facilities#java25")
class Java25IT {

    @Test
    @Timeout(240)
    void theSameClassesPassWithoutAWarningOfTheJdk(@TempDir Path directory) throws Exception {
        Path output = directory.resolve("output");
        Process run = new ProcessBuilder(List.of(
                        Jdk.java25().resolve("bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TestRun.class.getName(),
                        PlainIT.class.getName(),
                        HikariIT.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(run.waitFor(200, TimeUnit.SECONDS)).as("has ended").isTrue();
        } finally {
            // Not by force: it ends the databases first.
            run.destroy();
            run.waitFor(20, TimeUnit.SECONDS);
            System.out.print(Files.readString(output));
        }
        assertThat(run.exitValue()).isZero();
        List<String> lines = Files.readAllLines(output);
        assertThat(lines).anyMatch(line -> line.endsWith(" tests passed on JDK 25"));
        // In this form the JDK says what it will not allow much longer; the adapter's own lines have ids.
        assertThat(lines).noneMatch(line -> line.startsWith("WARNING: ") && !line.contains("PEERAGE-"));
    }
}
