/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was asked of which server, and what came of it, from the outcomes that the tests write down. Immutable. */
record Matrix(List<Outcome> outcomes) {

    /**
     * One cell.
     *
     * @param server name and version
     * @param row what was asked
     * @param result "yes" or "no"
     */
    record Outcome(String server, String row, String result) {

        /** Reads a line of an outcomes file: server, row and result with tabs between. */
        static Outcome parse(String line) {
            String[] fields = line.split("\t", -1);
            if (fields.length != 3) {
                throw new IllegalArgumentException("'" + line + "' is no outcome; allowed is server, row and result");
            }
            return new Outcome(fields[0], fields[1], fields[2]);
        }

        private boolean isSameCell(Outcome other) {
            return server.equals(other.server) && row.equals(other.row);
        }
    }

    Matrix {
        outcomes = List.copyOf(outcomes);
    }

    /** Reads back what {@link #toMarkdown()} wrote; cells without a result are left out. */
    static Matrix parse(String markdown) {
        List<List<String>> lines = markdown.lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> Stream.of(line.split("\\|", -1)).map(String::strip).toList())
                .toList();
        if (lines.isEmpty()) {
            return new Matrix(List.of());
        }
        List<String> servers = lines.get(0);
        return new Matrix(lines.stream()
                .skip(2)
                .flatMap(line -> Stream.iterate(2, column -> column < line.size() - 1, column -> column + 1)
                        .filter(column -> !line.get(column).isEmpty())
                        .map(column -> new Outcome(servers.get(column), line.get(1), line.get(column))))
                .toList());
    }

    /** Returns this matrix with another one's cells added to its own, or in their place. */
    Matrix updatedBy(Matrix newer) {
        return new Matrix(Stream.concat(
                        outcomes.stream().filter(old -> newer.outcomes.stream().noneMatch(old::isSameCell)),
                        newer.outcomes.stream())
                .toList());
    }

    /** Returns this matrix without rows other than these. */
    Matrix limitedTo(Set<String> rows) {
        return new Matrix(outcomes.stream()
                .filter(outcome -> rows.contains(outcome.row()))
                .toList());
    }

    /** Returns the servers in the order of their names. */
    List<String> servers() {
        return List.copyOf(new TreeSet<>(outcomes.stream().map(Outcome::server).toList()));
    }

    /** Returns a table with a row for what was asked and a column for each server, the same for equal outcomes. */
    String toMarkdown() {
        List<String> servers = servers();
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        outcomes.stream()
                .sorted(Comparator.comparing(Outcome::row))
                .forEach(outcome -> rows.computeIfAbsent(outcome.row(), any -> new LinkedHashMap<>())
                        .put(outcome.server(), outcome.result()));
        return Stream.concat(
                        Stream.of(
                                line("", servers.stream()),
                                line("---", servers.stream().map(any -> "---"))),
                        rows.entrySet().stream()
                                .map(row -> line(
                                        row.getKey(),
                                        servers.stream()
                                                .map(server -> row.getValue().getOrDefault(server, "")))))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(String first, Stream<String> others) {
        return others.collect(Collectors.joining(" | ", "| " + first + " | ", " |"));
    }
}
