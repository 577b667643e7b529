/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

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
        return check(setting, setting.defaultText());
    }

    /** Returns what a bean keeps of {@code given}: what {@link #check} makes of it, or itself if that refuses it. */
    static Object keep(Setting setting, @Nullable Object given) {
        String text = text(setting, given);
        if (given == null || text.isEmpty()) {
            return defaultOf(setting);
        }
        Object value = setting.allowed().parse(text);
        return value == null ? given : value;
    }

    /**
     * Returns the value that {@code given} stands for: trimmed, the default for null or blank.
     *
     * @throws BadSettingException if it is not allowed
     */
    static Object check(Setting setting, @Nullable Object given) {
        String text = text(setting, given);
        if (text.isEmpty()) {
            return setting.defaultText().isEmpty() ? "" : check(setting, setting.defaultText());
        }
        Object value = setting.allowed().parse(text);
        if (value == null) {
            throw bad(setting, text, setting.allowed().describe());
        }
        return value;
    }

    private static String text(Setting setting, @Nullable Object given) {
        if (given == null) {
            return "";
        }
        // white space may be part of a password
        return isConfidential(setting) ? given.toString() : given.toString().strip();
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
        return new BadSettingException(setting.propertyName(), show(setting, value), allowed);
    }
}
