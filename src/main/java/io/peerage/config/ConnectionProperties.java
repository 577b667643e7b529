/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the property {@code ConnectionProperties}: {@code name=value;name=value}, where {@code \;} is a semicolon and
 * {@code \\} a backslash. Thread-safe: stateless.
 */
final class ConnectionProperties {

    /** What a driver property may be called: other characters would end its name within a URL, or mean something there. */
    static final Pattern NAME = Pattern.compile("[\\w.-]+");

    static final String NAMES = "the name of a driver property consists of letters, digits and . _ -";

    private static final String FORM = "name=value;name=value, with \\; for a semicolon and \\\\ for a backslash";

    private ConnectionProperties() {}

    /** Returns the driver properties in {@code text}; keys without regard to case. */
    static SortedMap<String, String> parse(String text) {
        SortedMap<String, String> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int position = 0;
        boolean behindSecret = false;
        for (String entry : entries(text)) {
            position++;
            if (entry.isBlank()) {
                continue;
            }
            int equals = entry.indexOf('=');
            if (equals < 0 || entry.substring(0, equals).isBlank()) {
                // not shown: after a semicolon that lacks its backslash it may be the rest of a secret
                throw bad("(entry " + position + ")", FORM);
            }
            String key = entry.substring(0, equals).strip();
            if (!NAME.matcher(key).matches()) {
                throw bad("(entry " + position + ")", NAMES);
            }
            String value = entry.substring(equals + 1).strip();
            // after a semicolon that lacks its backslash, likewise
            String shown = behindSecret && Secrets.mayBelongToSecret(key, value)
                    ? "(entry " + position + ")"
                    : key + "=" + Secrets.show(key, value);
            String name = behindSecret ? "a property" : key;
            OwnedProperties.instead(key).ifPresent(instead -> {
                throw bad(shown, instead);
            });
            if (properties.put(key, value) != null) {
                throw bad(shown, name + " is given twice");
            }
            behindSecret |= Secrets.isSecret(key);
        }
        return properties;
    }

    /** Returns the keys in {@code text}, which is well formed, of what may belong to the secret in front of it. */
    static Set<String> hidden(String text) {
        Set<String> hidden = new HashSet<>();
        boolean behindSecret = false;
        for (String entry : entries(text)) {
            String[] parts = entry.split("=", 2);
            String key = parts[0].strip();
            if (behindSecret && parts.length == 2 && Secrets.mayBelongToSecret(key, parts[1].strip())) {
                hidden.add(key);
            }
            behindSecret |= Secrets.isSecret(key);
        }
        return hidden;
    }

    private static List<String> entries(String text) {
        List<String> entries = new ArrayList<>();
        StringBuilder entry = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                char escaped = i < text.length() ? text.charAt(i) : ' ';
                if (escaped != ';' && escaped != '\\') {
                    throw bad("(entry " + (entries.size() + 1) + ")", FORM);
                }
                entry.append(escaped);
            } else if (c == ';') {
                entries.add(entry.toString());
                entry.setLength(0);
            } else {
                entry.append(c);
            }
        }
        entries.add(entry.toString());
        return entries;
    }

    private static BadSettingException bad(String value, String allowed) {
        return new BadSettingException(Setting.CONNECTION_PROPERTIES.propertyName(), value, allowed);
    }
}
