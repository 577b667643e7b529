/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Writes down one row for all tests of a class, named or not: "yes" only if each of them ran and works. Where some did
 * not run and the others work there is no row. Confined to one test class.
 */
final class ClassOutcome extends Outcomes {

    private final String row;
    private final Map<Method, Boolean> worked = new HashMap<>();

    ClassOutcome(Example example, String row) {
        super(example);
        this.row = row;
    }

    @Override
    void record(ExtensionContext test, boolean works) {
        worked.merge(test.getRequiredTestMethod(), works, Boolean::logicalAnd);
    }

    @Override
    Map<String, Boolean> rows(ExtensionContext tests) {
        if (worked.containsValue(false) || tests.getExecutionException().isPresent()) {
            return Map.of(row, false);
        }
        boolean allRan = worked.keySet()
                .containsAll(AnnotationSupport.findAnnotatedMethods(
                        tests.getRequiredTestClass(), Testable.class, HierarchyTraversalMode.TOP_DOWN));
        return allRan ? Map.of(row, true) : Map.of();
    }
}
