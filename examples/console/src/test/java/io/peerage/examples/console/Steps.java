/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.console;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Fails, for tests that are steps of one way, those that come after a failed one at once and says which it was: each
 * would wait a minute for a page that cannot come. Confined to one thread.
 */
final class Steps implements BeforeEachCallback, TestExecutionExceptionHandler {

    /** The step that failed, by the invocation of the class. */
    private final Map<String, String> failed = new HashMap<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        String step = failed.get(way(context));
        if (step != null) {
            throw new AssertionError("Not begun, as " + step + " failed before");
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        failed.put(way(context), context.getDisplayName());
        throw failure;
    }

    private static String way(ExtensionContext context) {
        return context.getParent().orElseThrow().getUniqueId();
    }
}
