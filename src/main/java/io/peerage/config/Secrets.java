/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Hides secrets in what messages, logs and {@code toString} show. Thread-safe: stateless. */
final class Secrets {

    static final String MASK = "***";

    // from where a key begins: tried from its every letter, a long one takes long
    private static final String SECRET_KEY = "(?<![\\w.-])[\\w.-]*(?:pass|pwd|secret|token|credential)[\\w.-]*\\s*=";
    private static final Pattern IN_PEERS = Pattern.compile("(?i)(" + SECRET_KEY + ")[^&\\s]*");
    private static final Pattern IN_PROPERTIES =
            Pattern.compile("(?is)(" + SECRET_KEY + ")[^;\\\\]*+(?:\\\\.[^;\\\\]*+)*+");
    // user:password@host, which is refused, but the refusal must not print it either
    private static final Pattern USER_INFO = Pattern.compile("(^|//|[,\\s])(?!jdbc:)[^\\s,/?@]*:[^\\s,?]*@");
    // jdbc:oracle:thin:user/password@host, refused likewise
    private static final Pattern USER_SLASH = Pattern.compile("(jdbc:[\\w:]*:)[^\\s,?@:/]+/[^\\s,?]*@");

    private Secrets() {}

    /** Returns {@code text}, one or more peers in the syntax of {@code Peers} or a JDBC URL, without secrets. */
    static String maskPeers(String text) {
        String masked = USER_INFO.matcher(text).replaceAll("$1" + MASK + "@");
        masked = USER_SLASH.matcher(masked).replaceAll("$1" + MASK + "@");
        return IN_PEERS.matcher(masked).replaceAll("$1" + MASK);
    }

    /** Returns {@code text}, in the syntax of {@code ConnectionProperties}, without secrets. */
    static String maskProperties(String text) {
        return IN_PROPERTIES.matcher(text).replaceAll("$1" + MASK);
    }

    /** Returns a copy of {@code properties} to show, without secrets. */
    static Map<String, String> mask(Map<String, String> properties) {
        Map<String, String> shown = new TreeMap<>();
        properties.forEach((key, value) -> shown.put(key, show(key, value)));
        return shown;
    }

    /** Returns {@code value} of the driver property {@code key} to show. */
    static String show(String key, String value) {
        return isSecret(key) ? MASK : value;
    }

    /** Returns whether the value of the driver property {@code key} is a secret. */
    static boolean isSecret(String key) {
        return Pattern.matches(SECRET_KEY, key.toLowerCase(Locale.ROOT) + "=");
    }
}
