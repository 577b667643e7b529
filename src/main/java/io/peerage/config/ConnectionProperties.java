/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the property {@code ConnectionProperties} says: {@code name=value;name=value}, where {@code \;} is a semicolon,
 * {@code \&} an ampersand and {@code \\} a backslash. An ampersand needs that only in front of {@code name=}: what
 * looks like the parameters of a URL is refused, for a driver would take all of it for one value. Confined to the
 * thread that reads.
 *
 * @param values the driver properties; keys without regard to case
 * @param hidden the keys of what may belong to the secret in front of it, likewise
 */
record ConnectionProperties(SortedMap<String, String> values, NavigableSet<String> hidden) {

    /** What a driver property may be called: other characters would end its name within a URL, or mean something there. */
    static final Pattern NAME = Pattern.compile("[\\w.-]+");

    static final String NAMES = "the name of a driver property consists of letters, digits and . _ -";

    private static final String FORM =
            "name=value;name=value, with \\; for a semicolon, \\& for an ampersand and \\\\ for a backslash";

    private static final String SEMICOLON =
            "a semicolon separates the properties: name=value;name=value; an & that belongs to a value is written \\&";

    private static final Pattern ESCAPED = Pattern.compile("\\\\([;&\\\\])");
    private static final Pattern NEXT_PARAMETER = Pattern.compile("&\\s*(" + NAME.pattern() + ")\\s*=");

    /**
     * Reads {@code text}.
     *
     * @throws BadSettingException if it is not well formed, or a property is not for the deployer to set
     */
    static ConnectionProperties parse(String text) {
        ConnectionProperties all = new ConnectionProperties(
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER), new TreeSet<>(String.CASE_INSENSITIVE_ORDER));
        int position = 0;
        int start = 0;
        boolean behindSecret = false;
        // as long as the text, and without the characters that have a backslash in front
        for (String plain : ESCAPED.matcher(text).replaceAll("\0\0").split(";", -1)) {
            position++;
            String entry = text.substring(start, start + plain.length());
            start += plain.length() + 1;
            if (!entry.isBlank()) {
                behindSecret |= all.read(entry, plain, "(entry " + position + ")", behindSecret);
            }
        }
        return all;
    }

    /** @return whether the entry is a secret */
    private boolean read(String entry, String plain, String where, boolean behindSecret) {
        if (plain.contains("\\")) {
            throw bad(where, FORM);
        }
        int equals = entry.indexOf('=');
        String key = entry.substring(0, Math.max(equals, 0)).strip();
        boolean secret = Secrets.isSecret(key);
        Matcher next = NEXT_PARAMETER.matcher(plain);
        if (equals > 0 && next.find(equals)) {
            String before = unescaped(entry.substring(0, next.start())).strip();
            throw bad(secret || behindSecret ? where : before + "&" + next.group(1) + "=", SEMICOLON);
        }
        if (key.isEmpty()) {
            // not shown: after a semicolon that lacks its backslash it may be the rest of a secret
            throw bad(where, FORM);
        }
        if (!NAME.matcher(key).matches()) {
            throw bad(where, NAMES);
        }
        String value = unescaped(entry.substring(equals + 1)).strip();
        // after a semicolon that lacks its backslash, likewise
        boolean hides = behindSecret && Secrets.mayBelongToSecret(key, value);
        String shown = hides ? where : key + "=" + Secrets.show(key, value);
        OwnedProperties.check(key, instead -> bad(shown, instead));
        if (values.put(key, value) != null) {
            throw bad(shown, (behindSecret ? "a property" : key) + " is given twice");
        }
        if (hides) {
            hidden.add(key);
        }
        return secret;
    }

    private static String unescaped(String text) {
        return ESCAPED.matcher(text).replaceAll("$1");
    }

    private static BadSettingException bad(String value, String allowed) {
        return new BadSettingException(Setting.CONNECTION_PROPERTIES, value, allowed);
    }
}
