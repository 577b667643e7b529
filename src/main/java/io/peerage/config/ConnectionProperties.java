/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the property {@code ConnectionProperties}: {@code name=value;name=value}, where {@code \;} is a semicolon, {@code
 * \&} an ampersand and {@code \\} a backslash. An ampersand needs that only in front of {@code name=}: what looks like
 * the parameters of a URL is refused, for a driver would take all of it for one value. Thread-safe: stateless.
 */
final class ConnectionProperties {

    /** What a driver property may be called: other characters would end its name within a URL, or mean something there. */
    static final Pattern NAME = Pattern.compile("[\\w.-]+");

    static final String NAMES = "the name of a driver property consists of letters, digits and . _ -";

    private static final String FORM =
            "name=value;name=value, with \\; for a semicolon, \\& for an ampersand and \\\\ for a backslash";

    private static final String SEMICOLON =
            "a semicolon separates the properties: name=value;name=value; an & that belongs to a value is written \\&";

    private static final Pattern NEXT_PARAMETER = Pattern.compile("&\\s*(" + NAME.pattern() + ")\\s*=");

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
                if (escaped != ';' && escaped != '&' && escaped != '\\') {
                    throw bad("(entry " + (entries.size() + 1) + ")", FORM);
                }
                entry.append(escaped);
            } else if (c == ';') {
                entries.add(entry.toString());
                entry.setLength(0);
            } else {
                if (c == '&' && entry.indexOf("=") > 0) {
                    checkValue(entries, entry.toString(), text.substring(i));
                }
                entry.append(c);
            }
        }
        entries.add(entry.toString());
        return entries;
    }

    /** @param rest what follows {@code entry}, from an ampersand on */
    private static void checkValue(List<String> before, String entry, String rest) {
        Matcher next = NEXT_PARAMETER.matcher(rest);
        if (next.lookingAt()) {
            throw bad(shown(before, entry, next.group(1)), SEMICOLON);
        }
    }

    /** Returns the entry in which {@code next} follows an ampersand, or where it is if it may belong to a secret. */
    private static String shown(List<String> before, String entry, String next) {
        boolean secret = before.stream().anyMatch(ConnectionProperties::isSecret) || isSecret(entry);
        return secret ? "(entry " + (before.size() + 1) + ")" : entry.strip() + "&" + next + "=";
    }

    private static boolean isSecret(String entry) {
        return Secrets.isSecret(entry.split("=", 2)[0].strip());
    }

    private static BadSettingException bad(String value, String allowed) {
        return new BadSettingException(Setting.CONNECTION_PROPERTIES.propertyName(), value, allowed);
    }
}
