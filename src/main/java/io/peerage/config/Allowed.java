/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What values a property takes, as far as that can be said without looking at other properties. Immutable.
 *
 * @param type the type of the bean property
 * @param describe what is allowed, as the end of the sentence "x is not allowed: ..."
 * @param parser makes the value of a text, or null if that is not allowed
 */
record Allowed(Class<?> type, String describe, Function<String, @Nullable Object> parser) {

    /** Part of a regular expression: the name of a class in a package. */
    static final String CLASS_NAME = "[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)+";

    static Allowed text() {
        return matching(".*", "any text");
    }

    /** Any text of a certain form. */
    static Allowed matching(String form, String describe) {
        return new Allowed(String.class, describe, text -> Pattern.matches("(?s)" + form, text) ? text : null);
    }

    /** The {@link #word} of one of the constants, whatever its case. */
    static Allowed choice(Enum<?>... constants) {
        String[] words = Arrays.stream(constants).map(Allowed::word).toArray(String[]::new);
        return new Allowed(String.class, String.join(" or ", words), text -> listed(text, words));
    }

    /** One of a few words, whatever their case, or else the name of a class. */
    static Allowed choiceOrClass(String type, String... words) {
        Allowed other = matching(CLASS_NAME, "the full class name of an " + type);
        return new Allowed(String.class, String.join(", ", words) + ", or " + other.describe, text -> {
            String word = listed(text, words);
            return word == null ? other.parse(text) : word;
        });
    }

    /** A whole number within bounds, both included. */
    static Allowed range(int least, int most, String unit) {
        return new Allowed(Integer.class, "a whole number from " + least + " to " + most + " (" + unit + ")", text -> {
            try {
                int number = Integer.parseInt(text);
                return number >= least && number <= most ? number : null;
            } catch (NumberFormatException e) {
                return null;
            }
        });
    }

    /** True or false, whatever their case. */
    static Allowed flag() {
        return new Allowed(Boolean.class, "true or false", text -> {
            String word = listed(text, "true", "false");
            return word == null ? null : Boolean.valueOf(word);
        });
    }

    /** Returns the value that {@code text} (trimmed, not blank) stands for, or null if it is not allowed. */
    @Nullable Object parse(String text) {
        return parser.apply(text);
    }

    /** Returns what a deployer writes for {@code constant}: for BEST_EFFORT, bestEffort. */
    static String word(Enum<?> constant) {
        return Pattern.compile("_(.)")
                .matcher(constant.name().toLowerCase(Locale.ROOT))
                .replaceAll(initial -> initial.group(1).toUpperCase(Locale.ROOT));
    }

    /** Returns the one of {@code constants} that {@code word}, which has been checked, stands for. */
    static <E extends Enum<E>> E constant(E[] constants, String word) {
        return Arrays.stream(constants)
                .filter(constant -> word(constant).equals(word))
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable String listed(String text, String... words) {
        return Arrays.stream(words).filter(text::equalsIgnoreCase).findFirst().orElse(null);
    }
}
