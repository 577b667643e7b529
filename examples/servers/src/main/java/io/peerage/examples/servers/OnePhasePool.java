/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pool {@code single}, which is what the pool {@code stock} of an example is, with {@code TwoPhaseCommit=false}.
 * Stateless.
 */
final class OnePhasePool {

    /** How applications that have no reference of their own find it is up to the server: {@link Example#jndiName}. */
    static final String NAME = "single";

    private static final String ORIGINAL = "stock";

    /** An element of Open Liberty's or TomEE's file, or a line of commands. */
    private static final Pattern POOL = Pattern.compile(
            "[ ]*<(connectionFactory|Resource)\\b[^>]*\"jdbc/stock\"[\\s\\S]*?</\\1>\\R|[^\\n]*\\bstock\\b[^\\n]*\\R");

    /** The last setting of each pool, in the syntax of each file. */
    private static final Pattern SETTING = Pattern.compile("([Cc])heckIntervalSeconds(=\"| = |=|:add\\(value=)5");

    private OnePhasePool() {}

    /** Returns the text of an example's file with the pool in it, if the pool {@code stock} is. */
    static String addTo(String text) {
        return POOL.matcher(text).replaceAll(found -> {
            String pool = found.group().replace(ORIGINAL, NAME);
            return Matcher.quoteReplacement(found.group() + withoutTwoPhases(pool));
        });
    }

    private static String withoutTwoPhases(String pool) {
        Matcher setting = SETTING.matcher(pool);
        if (!setting.find()) {
            return pool;
        }
        String last = setting.group();
        String assigned = setting.group(2);
        return switch (assigned) {
            case "=\"" -> pool.replace(last + '"', last + "\" twoPhaseCommit=\"false\"");
            case " = " -> pool.replace(last, last + "\n    TwoPhaseCommit = false");
            case "=" -> pool.replace(last, last + ":TwoPhaseCommit=false");
            // a line for each setting
            default -> pool + pool.replace(last, "TwoPhaseCommit:add(value=false");
        };
    }
}
