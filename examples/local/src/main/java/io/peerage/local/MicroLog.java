/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads from Payara Micro's log how its start went. Stateless. */
final class MicroLog {

    private static final Pattern READY = Pattern.compile("Payara Micro .* ready in [0-9,.]+ \\(ms\\)");
    private static final Pattern FAILED_COMMAND =
            Pattern.compile("Boot Command .* returned with result FAILURE|Boot Command .* failed");

    private MicroLog() {}

    static boolean saysReady(String line) {
        return READY.matcher(line).find();
    }

    /** Throws if the server came up without all that it was to run: it calls itself ready all the same. */
    static void check(List<String> lines, List<String> contextRoots, boolean failedCommandsAllowed) {
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
