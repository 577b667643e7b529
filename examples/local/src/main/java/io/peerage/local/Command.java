/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. Thread-safe. */
final class Command {

    private Command() {}

    /**
     * Returns what the program wrote, standard output and error together.
     *
     * @throws IllegalStateException if it ends with another status than 0 or not within the limit (then it is killed)
     */
    static String run(Path directory, Duration limit, List<String> command) {
        Path output = null;
        try {
            // A file and not a pipe: reading a pipe could block beyond the limit.
            output = Files.createTempFile("peerage-", ".out");
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .start();
            String program = String.valueOf(Path.of(command.get(0)).getFileName());
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(program + " did not end within " + limit.toMillis() + " ms: "
                            + Files.readString(output, StandardCharsets.UTF_8));
                }
            } finally {
                process.destroyForcibly();
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IllegalStateException(program + " ended with status " + process.exitValue() + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while running " + command.get(0), e);
        } finally {
            if (output != null) {
                deleteQuietly(output);
            }
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It lies in the temporary directory; what the program did matters more to the caller.
            file.toFile().deleteOnExit();
        }
    }
}
