/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What is given for a setting, and what that stands for. Stateless. */
final class SettingValues {

    private SettingValues() {}

    /** Returns whether consoles must mask the value. */
    static boolean isConfidential(Setting setting) {
        return setting == Setting.PASSWORD;
    }

    /** Returns the default as the bean has it: of the property's type, an empty string if unset. */
    static Object defaultOf(Setting setting) {
        return requireNonNull(parse(setting, null));
    }

    /** Returns what a bean keeps of {@code given}: what {@link #check} makes of it, or itself if that refuses it. */
    static Object keep(Setting setting, @Nullable Object given) {
        Object value = parse(setting, given);
        return value == null ? requireNonNull(given) : value;
    }

    /**
     * Returns the value that {@code given} stands for: trimmed, the default for null or blank.
     *
     * @throws BadSettingException if it is not allowed
     */
    static Object check(Setting setting, Object given) {
        Object value = parse(setting, given);
        if (value == null) {
            throw bad(setting, given.toString().strip(), setting.allowed().describe());
        }
        return value;
    }

    /** Returns null if {@code given} is not allowed. */
    private static @Nullable Object parse(Setting setting, @Nullable Object given) {
        String text = given == null ? "" : given.toString();
        // white space may be part of a password
        String trimmed = isConfidential(setting) ? text : text.strip();
        String effective = trimmed.isEmpty() ? setting.defaultText() : trimmed;
        return effective.isEmpty() ? "" : setting.allowed().parse(effective);
    }

    /** Returns {@code value} as logs may show it. */
    static String show(Setting setting, Object value) {
        return switch (setting) {
            case PASSWORD -> value.equals("") ? "" : Secrets.MASK;
            case PEERS -> Secrets.maskPeers(value.toString());
            case CONNECTION_PROPERTIES -> Secrets.maskProperties(value.toString());
            default -> value.toString();
        };
    }

    /** Returns that {@code value} is not allowed, secrets masked. */
    static BadSettingException bad(Setting setting, String value, String allowed) {
        return new BadSettingException(setting, show(setting, value), allowed);
    }
}
