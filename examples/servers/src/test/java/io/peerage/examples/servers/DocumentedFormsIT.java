/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What {@code docs/servers.md} shows of the forms of deployment stands in the files that the tests run. */
class DocumentedFormsIT {

    private static final Path ROOT = Example.directory().resolve("..");

    @Test
    void everySnippetStandsInTheFileItNames() throws IOException {
        List<MatchResult> snippets = snippets("from: (\\S+)");
        assertThat(snippets).isNotEmpty();
        for (MatchResult snippet : snippets) {
            Path file = ROOT.resolve(snippet.group(1));
            assertThat(words(Files.readString(file))).as("%s", file).contains(words(snippet.group(2)));
        }
    }

    @Test
    void theEarHasTheEntriesThatAreShown() throws IOException {
        List<MatchResult> layouts = snippets("entries of (\\S+)");
        assertThat(layouts).hasSize(1);
        Path ear = Example.servers().resolve(layouts.get(0).group(1));
        try (ZipFile archive = new ZipFile(ear.toFile())) {
            assertThat(archive.stream()
                            .filter(entry -> !entry.isDirectory())
                            .map(ZipEntry::getName)
                            // what Maven and the JDK write into any archive
                            .filter(name -> !name.startsWith("META-INF/maven/") && !name.endsWith("/MANIFEST.MF")))
                    .containsExactlyInAnyOrderElementsOf(
                            layouts.get(0).group(2).lines().toList());
        }
    }

    /** Returns what stands between a mark and its end: the mark's own group, and the lines. */
    private static List<MatchResult> snippets(String mark) throws IOException {
        return Pattern.compile("<!-- " + mark + " -->\\s*```\\w*\\n(.*?)```\\s*<!-- / -->", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("docs/servers.md")))
                .results()
                .toList();
    }

    private static String words(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
