/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of an exception table from a resource of this package, with those of the tables it includes.
 *
 * <p>A row is three lines, or more where words go on, with an empty line behind:
 *
 * <pre>
 * phase [code n,n] [state start] [type class] [below class] [says /regular expression/]
 *     or /regular expression/
 *     -&gt; fault: connection peer [refused]
 *     by source
 * </pre>
 *
 * <p>Phase is {@code connect}, {@code use} or {@code any}; words are found anywhere, without regard to case. Lines that
 * begin with {@code #} are for the reader. Stateless.
 */
final class ErrorTableReader {

    /** A row, as above. */
    static final Pattern ROW = Pattern.compile("(?<phase>connect|use|any)(?: code (?<codes>[\\d,]+))?"
            + "(?: state (?<state>\\w+))?(?: type (?<type>\\S+))?(?: below (?<below>\\S+))?(?: says /(?<says>.+)/)?"
            + "(?<or>(?:\\n +or /.+/)*)\\n +-> (?<fault>.+): (?<connection>\\w+) (?<peer>\\w+)(?<refused> refused)?"
            + "\\n +by (?<source>.+)");

    /** What separates the rows. */
    static final Pattern GAP = Pattern.compile("\n{2,}");

    private ErrorTableReader() {}

    /** Returns the rows of the table called {@code name}; it is part of the adapter, so that it is bad is a defect. */
    static List<ErrorRow> read(String name) {
        String rows = text(name).replaceAll("(?m)^#.*$", "");
        return GAP.splitAsStream(rows.strip())
                .flatMap(block -> rows(name, block))
                .toList();
    }

    private static String text(String name) {
        String file = name + ".errors";
        try (InputStream in = ErrorTableReader.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the resource is missing: " + file);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<ErrorRow> rows(String table, String block) {
        if (block.startsWith("include ")) {
            return read(block.substring("include ".length())).stream();
        }
        Matcher row = ROW.matcher(block);
        if (!row.matches()) {
            throw new IllegalStateException("not a row of " + table + ".errors: " + block);
        }
        String phase = row.group("phase");
        String words = words(row);
        return Stream.of(new ErrorRow(
                phase.equals("any") ? null : Phase.valueOf(upper(phase)),
                codes(row.group("codes")),
                requireNonNullElse(row.group("state"), ""),
                requireNonNullElse(row.group("type"), ""),
                requireNonNullElse(row.group("below"), ""),
                words.isEmpty() ? null : Pattern.compile(words, Pattern.CASE_INSENSITIVE),
                new Verdict(
                        row.group("fault"),
                        Verdict.Fate.valueOf(upper(row.group("connection"))),
                        Verdict.Standing.valueOf(upper(row.group("peer"))),
                        row.group("refused") != null),
                row.group("source")));
    }

    /** Returns the regular expression that {@code row} has on one line or several; empty if it has none. */
    static String words(Matcher row) {
        return requireNonNullElse(row.group("says"), "") + row.group("or").replaceAll("\n +or /(.+)/", "|$1");
    }

    private static Set<Integer> codes(@Nullable String list) {
        return list == null
                ? Set.of()
                : Arrays.stream(list.split(",")).map(Integer::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
