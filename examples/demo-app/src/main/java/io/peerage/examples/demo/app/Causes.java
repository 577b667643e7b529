/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts an exception and what caused it on one line. Thread-safe. */
final class Causes {

    private static final int MOST = 5;

    private Causes() {}

    static String of(Throwable failure) {
        Set<String> lines = new LinkedHashSet<>();
        @Nullable Throwable cause = failure;
        for (int i = 0; i < MOST && cause != null; i++) {
            lines.add(cause.getClass().getSimpleName() + ": " + cause.getMessage());
            cause = cause.getCause();
        }
        return String.join(" / ", lines);
    }
}
