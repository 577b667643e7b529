/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.documents.GeneratedDocument;
import io.peerage.documents.ProjectFiles;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;

/** Makes docs/errors.md from the tables, so that a deployer reads what the adapter goes by. */
class ErrorsDocumentTest {

    private static final String HEAD = """
            <!-- made from src/main/resources/io/peerage/errors by ErrorsDocumentTest; change it there -->
            # What errors mean

            Each exception of a driver is sorted by a table: the first row that fits it, one of its causes or one of its next
            exceptions decides what becomes of the connection and of the peer. A class of your own may sort instead
            (`ExceptionSorter`).

            | Column | Meaning |
            |---|---|
            | When | `connect`: while connecting or logging in; `use`: on a connection in use; `any`: both |
            | Fits | what must hold, all of it: vendor code, start of the SQLState, class of the exception, class of one of its causes, words in its message (a regular expression, in any case) |
            | Fault | what it is called in logs and counters |
            | Connection | `kept`; `retired`: replaced after its unit of work; `doubted`: lost, unless its socket is seen to be well; `lost` |
            | Peer | `sound`: nothing against it; `full`: others first for a moment; `ask`: asked soon, serves on; `suspect`: asked at once, others first; `down`: left out |
            | Ran nothing | the server refused before anything ran |

            While connecting nothing has run, and there is no connection to keep.
            """;

    @Test
    void theDocumentIsMadeFromTheTables() throws IOException {
        String document = HEAD
                + section("mysql", "MySQL, MariaDB and proxies")
                + section("sqlstate", "PostgreSQL and other drivers")
                + section("settings", "Settings that a driver does not take")
                + section("links", "Lost and failed connections, with any driver");
        GeneratedDocument.assertCurrent("docs/errors.md", document);
    }

    private static String section(String name, String title) {
        StringBuilder text = new StringBuilder("\n## " + title + "\n");
        boolean inTable = false;
        for (String block : ErrorTableReader.GAP.splitAsStream(table(name)).toList()) {
            Matcher row = ErrorTableReader.ROW.matcher(block);
            boolean isRow = row.matches();
            if (isRow && !inTable) {
                text.append("""

                        | When | Fits | Fault | Connection | Peer | Ran nothing | Source |
                        |---|---|---|---|---|---|---|
                        """);
            }
            text.append(isRow ? line(row) : "\n" + prose(block) + "\n");
            inTable = isRow;
        }
        return text.toString();
    }

    private static String table(String name) {
        return ProjectFiles.text("src/main/resources/io/peerage/errors/" + name + ".errors")
                .replaceFirst("# SPDX.*\n", "")
                .strip();
    }

    private static String prose(String block) {
        assertThat(block.lines()).allMatch(line -> line.startsWith("#") || line.startsWith("include "));
        return block.replaceAll("(?m)^# ?", "")
                .replaceAll(
                        "(?m)^include settings$", "First the rows of \"Settings that a driver does not take\", below.")
                .replaceAll("(?m)^include links$", "Then the rows of \"Lost and failed connections\", below.");
    }

    private static String line(Matcher row) {
        String fits = String.join(
                ", ",
                List.of(
                                named("code ", row.group("codes")),
                                named("SQLState ", row.group("state")),
                                named("", row.group("type")),
                                named("over ", row.group("below")),
                                words(row))
                        .stream()
                        .filter(condition -> !condition.isEmpty())
                        .toList());
        return "| " + row.group("phase") + " | " + (fits.isEmpty() ? "anything" : fits) + " | " + row.group("fault")
                + " | " + row.group("connection") + " | " + row.group("peer") + " | "
                + (row.group("refused") == null ? "" : "yes") + " | " + row.group("source") + " |\n";
    }

    private static String named(String what, String value) {
        return value == null ? "" : what + value.replace(",", ", ");
    }

    private static String words(Matcher row) {
        String all = ErrorTableReader.words(row);
        return all.isEmpty() ? "" : "`" + all.replace("|", "\\|") + "`";
    }
}
