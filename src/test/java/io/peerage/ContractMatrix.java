/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Prints a row of the table in docs/databases.md for each class that holds the contract against something. Thread-safe. */
final class ContractMatrix implements AfterTestExecutionCallback, AfterAllCallback {

    private static final Map<Class<?>, String> HEADS = new ConcurrentHashMap<>();
    private static final Map<Class<?>, Map<String, Boolean>> ROWS = new ConcurrentHashMap<>();

    /** Says what a class runs on. */
    static void say(Class<?> row, String server, String driver) {
        HEADS.put(row, server + " | " + driver);
    }

    @Override
    public void afterTestExecution(ExtensionContext test) {
        String behaviour = test.getRequiredTestMethod()
                .getDeclaringClass()
                .getSimpleName()
                .replace("Contract", "")
                .replace("MySql", "")
                .replace("Case", "Driver");
        ROWS.computeIfAbsent(test.getRequiredTestClass(), any -> new TreeMap<>())
                .merge(behaviour, test.getExecutionException().isEmpty(), Boolean::logicalAnd);
    }

    @Override
    public void afterAll(ExtensionContext all) {
        Map<String, Boolean> row = ROWS.getOrDefault(all.getRequiredTestClass(), Map.of());
        System.out.println("contract | " + all.getRequiredTestClass().getSimpleName() + " | "
                + HEADS.get(all.getRequiredTestClass()) + " | "
                + row.entrySet().stream()
                        .map(cell -> cell.getKey() + " " + (cell.getValue() ? "yes" : "NO"))
                        .collect(Collectors.joining(" | ")));
    }
}
