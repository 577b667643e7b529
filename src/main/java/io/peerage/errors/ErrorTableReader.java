/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.errors;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.peerage.peer.Phase;
import io.peerage.peer.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of an exception table from a resource of this package, with those of the tables it includes.
 *
 * <p>A row is three lines, or more where words go on:
 *
 * <pre>
 * phase [code n,n] [state start] [type class] [below class] [says /regular expression/]
 *     or /regular expression/
 *     -&gt; fault: connection peer [refused]
 *     by source
 * </pre>
 *
 * <p>Phase is {@code connect}, {@code use} or {@code any}; words are found anywhere, without regard to case. Lines that
 * begin with {@code #} are for the reader. Confined to one thread.
 */
final class ErrorTableReader {

    private static final Pattern WHEN = Pattern.compile("(connect|use|any)(?: code ([\\d,]+))?(?: state (\\w+))?"
            + "(?: type (\\S+))?(?: below (\\S+))?(?: says /(.+)/)?");
    private static final Pattern OR = Pattern.compile(" +or /(.+)/");
    private static final Pattern MEANS = Pattern.compile(" +-> (.+): (\\w+) (\\w+)( refused)?");
    private static final Pattern SAYS = Pattern.compile(" +by (.+)");

    private final List<ErrorRow> rows = new ArrayList<>();
    private @Nullable Matcher when;
    private String words = "";
    private @Nullable Verdict verdict;

    private ErrorTableReader() {}

    /** Returns the rows of the table called {@code name}; it is part of the adapter, so that it is bad is a defect. */
    static List<ErrorRow> read(String name) {
        ErrorTableReader reader = new ErrorTableReader();
        reader.readAll(name);
        return reader.rows;
    }

    private void readAll(String name) {
        String file = name + ".errors";
        try (InputStream in = ErrorTableReader.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the resource is missing: " + file);
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank() && !line.startsWith("#") && !take(line)) {
                    throw new IllegalStateException(file + ", line " + number + ": " + line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean take(String line) {
        if (line.startsWith("include ")) {
            readAll(line.substring("include ".length()));
            return true;
        }
        Matcher first = WHEN.matcher(line);
        if (first.matches()) {
            when = first;
            words = orEmpty(first.group(6));
            return true;
        }
        Matcher or = OR.matcher(line);
        if (or.matches()) {
            words += "|" + or.group(1);
            return true;
        }
        Matcher means = MEANS.matcher(line);
        if (means.matches()) {
            verdict = new Verdict(
                    means.group(1),
                    Verdict.Fate.valueOf(upper(means.group(2))),
                    Verdict.Standing.valueOf(upper(means.group(3))),
                    means.group(4) != null);
            return true;
        }
        Matcher says = SAYS.matcher(line);
        return says.matches() && add(says.group(1));
    }

    private boolean add(String source) {
        Matcher conditions = when;
        Verdict meaning = verdict;
        if (conditions == null || meaning == null) {
            return false;
        }
        String phase = conditions.group(1);
        rows.add(new ErrorRow(
                phase.equals("any") ? null : Phase.valueOf(upper(phase)),
                codes(conditions.group(2)),
                orEmpty(conditions.group(3)),
                orEmpty(conditions.group(4)),
                orEmpty(conditions.group(5)),
                words.isEmpty() ? null : Pattern.compile(words, Pattern.CASE_INSENSITIVE),
                meaning,
                source));
        when = null;
        verdict = null;
        return true;
    }

    private static Set<Integer> codes(@Nullable String list) {
        return list == null
                ? Set.of()
                : Arrays.stream(list.split(",")).map(Integer::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
