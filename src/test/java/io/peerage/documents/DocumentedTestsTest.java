/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/servers.md to the tests it names: {@code Class.method} in its table of what servers do differently. */
class DocumentedTestsTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT|Contract))\\.(\\w+)`");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        String document = ProjectFiles.text("docs/servers.md");
        String table = document.substring(document.indexOf("<!-- quirks -->"), document.indexOf("<!-- /quirks -->"));
        assertThat(table.lines().skip(3))
                .allSatisfy(row -> assertThat(NAMED.matcher(row).find())
                        .as("a test in " + row)
                        .isTrue());
        assertTestsExist(table);
    }

    @Test
    void everyTestThatIsNamedOfAStateExists() throws IOException {
        assertTestsExist(ProjectFiles.text("docs/databases.md"));
    }

    private static void assertTestsExist(String document) throws IOException {
        List<Path> sources = sources();
        assertThat(NAMED.matcher(document).results()).isNotEmpty().allSatisfy(test -> {
            List<Path> named = sources.stream()
                    .filter(file -> file.endsWith(test.group(1) + ".java"))
                    .toList();
            assertThat(named).as("files of " + test.group(1)).hasSize(1);
            assertThat(Files.readString(named.get(0)))
                    .as(test.group())
                    .containsPattern(
                            "(@Test|@ParameterizedTest)[^;{}]*(\\{[^}]*\\}[^;{}]*)?\\bvoid " + test.group(2) + "\\(");
        });
    }

    private static List<Path> sources() throws IOException {
        Path root = ProjectFiles.path("docs").resolveSibling("");
        try (Stream<Path> files = Files.find(
                root,
                12,
                (file, attributes) -> file.toString().contains("/src/test/java/")
                        && file.toString().endsWith(".java"))) {
            return files.toList();
        }
    }
}
