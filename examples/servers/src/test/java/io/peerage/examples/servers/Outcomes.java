/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Writes down what each test of a class came to, for the matrix. Confined to one test class. */
class Outcomes implements AfterTestExecutionCallback, AfterAllCallback {

    private final Example example;
    private final Map<String, Boolean> passed = new LinkedHashMap<>();

    private boolean doesNotWork;

    Outcomes(Example example) {
        this.example = example;
    }

    /** Says that what the running test shows, by passing, is that this does not work here. */
    void doesNotWork() {
        doesNotWork = true;
    }

    @Override
    public final void afterTestExecution(ExtensionContext test) {
        boolean works = test.getExecutionException().isEmpty() && !doesNotWork;
        doesNotWork = false;
        record(test, works);
    }

    void record(ExtensionContext test, boolean works) {
        // Not the display name of this invocation: a parameterised test is one row, which passes if all of them do.
        AnnotationSupport.findAnnotation(test.getRequiredTestMethod(), DisplayName.class)
                .ifPresent(row -> passed.merge(row.value(), works, Boolean::logicalAnd));
    }

    /** Returns what is known of which rows when all tests have run. */
    Map<String, Boolean> rows(ExtensionContext tests) {
        return passed;
    }

    @Override
    public final void afterAll(ExtensionContext tests) throws IOException {
        Path file = Files.createDirectories(Path.of(System.getProperty("peerage.outcomes")))
                .resolve(tests.getRequiredTestClass().getSimpleName() + ".outcomes");
        StringBuilder text = new StringBuilder();
        rows(tests)
                .forEach((row, fine) -> text.append(example.title())
                        .append('\t')
                        .append(row)
                        .append('\t')
                        .append(fine ? "yes" : "no")
                        .append('\n'));
        Files.writeString(file, text);
    }
}
