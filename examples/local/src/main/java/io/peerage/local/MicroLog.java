/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads from Payara Micro's log how its start went. Thread-safe. */
final class MicroLog {

    private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");
    private static final Pattern READY = Pattern.compile("Payara Micro .* ready in [0-9,.]+ \\(ms\\)");
    private static final Pattern FAILED_COMMAND =
            Pattern.compile("Boot Command .* returned with result FAILURE|Boot Command .* failed");

    private final Path file;

    MicroLog(Path file) {
        this.file = file;
    }

    static boolean saysReady(String line) {
        return READY.matcher(line).find();
    }

    List<String> lines() {
        try {
            // Decoded leniently: the last character may have been written in part only.
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return COLOUR.matcher(text).replaceAll("").lines().toList();
        } catch (NoSuchFileException notYet) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    @Nullable String first(Predicate<String> wanted) {
        return lines().stream().filter(wanted).findFirst().orElse(null);
    }

    /** Throws if the server came up without all that it was to run: it calls itself ready all the same. */
    void check(List<String> contextRoots, boolean failedCommandsAllowed) {
        List<String> lines = lines();
        String failed = lines.stream()
                .filter(line -> FAILED_COMMAND.matcher(line).find())
                .collect(Collectors.joining("\n"));
        if (!failed.isEmpty() && !failedCommandsAllowed) {
            throw new IllegalStateException(
                    "Boot commands of Payara Micro failed:\n" + failed + "\n\nits log:\n" + String.join("\n", lines));
        }
        for (String root : contextRoots) {
            // Its count of "deployed archives" includes some that failed; an application that runs gets its URL
            // printed.
            Pattern url = Pattern.compile("https?://\\S+" + Pattern.quote(root));
            if (lines.stream().noneMatch(line -> url.matcher(line).matches())) {
                throw new IllegalStateException(
                        "Payara Micro did not deploy " + root + "; its log:\n" + String.join("\n", lines));
            }
        }
    }
}
