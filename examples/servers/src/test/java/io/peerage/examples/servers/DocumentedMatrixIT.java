/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.examples.servers.Matrix.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Prints the matrix of this run, and holds {@code docs/servers.md} to it; with {@code -Dpeerage.matrix=write} it writes
 * it there. Runs in an execution of its own, after the servers' tests.
 */
class DocumentedMatrixIT {

    private static final Path DOCUMENT = Example.directory().resolve("../docs/servers.md");
    private static final String BEGIN = "<!-- matrix -->\n";
    private static final String END = "<!-- /matrix -->";

    @Test
    void theDocumentSaysWhatThisRunHasShown() throws IOException {
        Matrix measured = measured();
        System.out.println("What was asked of the servers of this run:\n" + measured.toMarkdown());
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        assertThat(begin).as("place of %s in %s", BEGIN.strip(), DOCUMENT).isBetween(BEGIN.length(), end);
        Matrix documented = Matrix.parse(document.substring(begin, end));

        if ("write".equals(System.getProperty("peerage.matrix"))) {
            String table = documented.updatedBy(measured).limitedTo(rows()).toMarkdown();
            Files.writeString(DOCUMENT, document.substring(0, begin) + table + document.substring(end));
        } else {
            // A run of some of the tests says something of those only.
            assertThat(documented.outcomes()).containsAll(measured.outcomes());
            assertThat(documented.limitedTo(rows())).isEqualTo(documented);
        }
    }

    /** Returns what the tests ask. */
    private static Set<String> rows() {
        Stream<String> tests = Stream.of(
                        ServerContract.class,
                        OnePhaseContract.class,
                        CrashContract.class,
                        DomainCrashContract.class,
                        FormsContract.class,
                        OnTomEEIT.class)
                .flatMap(contract -> Stream.of(contract.getDeclaredMethods()))
                .flatMap(test -> Stream.of(test.getAnnotationsByType(DisplayName.class)))
                .map(DisplayName::value);
        return Stream.concat(tests, Stream.of(Java25Contract.ROW)).collect(Collectors.toSet());
    }

    private static Matrix measured() throws IOException {
        Path directory = Path.of(System.getProperty("peerage.outcomes"));
        if (Files.notExists(directory)) {
            return new Matrix(List.of());
        }
        try (Stream<Path> files = Files.list(directory)) {
            return new Matrix(files.sorted()
                    .flatMap(DocumentedMatrixIT::lines)
                    .map(Outcome::parse)
                    .toList());
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
