/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What values a property takes, as far as that can be said without looking at other properties. Immutable. */
sealed interface Allowed {

    /** Part of a regular expression: the name of a class in a package. */
    String CLASS_NAME = "[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)+";

    static Allowed text() {
        return new Text(".*", "any text");
    }

    static Allowed matching(String form, String describe) {
        return new Text(form, describe);
    }

    static Allowed choice(String... words) {
        return new Choice(List.of(words));
    }

    static Allowed choiceOrClass(String type, String... words) {
        return new ChoiceOr(List.of(words), new Text(CLASS_NAME, "the full class name of an " + type));
    }

    static Allowed range(int least, int most, String unit) {
        return new Range(least, most, unit);
    }

    static Allowed flag() {
        return new Flag();
    }

    /** Returns the type of the bean property. */
    Class<?> type();

    /** Returns the value that {@code text} (trimmed, not blank) stands for, or null if it is not allowed. */
    @Nullable Object parse(String text);

    /** Returns what is allowed, as the end of the sentence "x is not allowed: ...". */
    String describe();

    /** Any text of a certain form. */
    record Text(String form, String describe) implements Allowed {
        @Override
        public Class<?> type() {
            return String.class;
        }

        @Override
        public @Nullable Object parse(String text) {
            return Pattern.matches("(?s)" + form, text) ? text : null;
        }
    }

    /** One of a few words, whatever their case; the value is the word as listed. */
    record Choice(List<String> words) implements Allowed {
        @Override
        public Class<?> type() {
            return String.class;
        }

        @Override
        public @Nullable Object parse(String text) {
            return words.stream().filter(text::equalsIgnoreCase).findFirst().orElse(null);
        }

        @Override
        public String describe() {
            return String.join(" or ", words);
        }
    }

    /** One of a few words, whatever their case, or else a text of a certain form. */
    record ChoiceOr(List<String> words, Text other) implements Allowed {
        @Override
        public Class<?> type() {
            return String.class;
        }

        @Override
        public @Nullable Object parse(String text) {
            Object word = new Choice(words).parse(text);
            return word != null ? word : other.parse(text);
        }

        @Override
        public String describe() {
            return String.join(", ", words) + ", or " + other.describe();
        }
    }

    /** True or false, whatever their case. */
    record Flag() implements Allowed {
        @Override
        public Class<?> type() {
            return Boolean.class;
        }

        @Override
        public @Nullable Object parse(String text) {
            boolean yes = text.equalsIgnoreCase("true");
            return (yes || text.equalsIgnoreCase("false")) ? yes : null;
        }

        @Override
        public String describe() {
            return "true or false";
        }
    }

    /** A whole number within bounds, both included. */
    record Range(int least, int most, String unit) implements Allowed {
        @Override
        public Class<?> type() {
            return Integer.class;
        }

        @Override
        public @Nullable Object parse(String text) {
            try {
                int number = Integer.parseInt(text);
                return number >= least && number <= most ? number : null;
            } catch (NumberFormatException e) {
                return null;
            }
        }

        @Override
        public String describe() {
            return "a whole number from " + least + " to " + most + " (" + unit + ")";
        }
    }
}
