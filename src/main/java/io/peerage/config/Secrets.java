/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hides secrets in what messages, logs and {@code toString} show. Thread-safe: stateless. */
final class Secrets {

    static final String MASK = "***";

    /** What to say where something behind a secret is not understood. */
    static final String HINT = "; what stands behind a password is not shown, for it may belong to it: an & within a"
            + " password is written %26";

    // from where a key begins: tried from its every letter, a long one takes long
    private static final String SECRET_KEY = "(?<![\\w.-])[\\w.-]*(?:pass|pwd|secret|token|credential)[\\w.-]*\\s*=";
    // to the end of the peer, for an & within a secret looks like the next property; a comma before name= is within it
    private static final Pattern IN_PEERS =
            Pattern.compile("(?i)(" + SECRET_KEY + ")([^\\s,]*+(?:,(?=[^\\s,?=]*=)[^\\s,]*+)*+)");
    private static final Pattern IN_PROPERTIES = Pattern.compile("(?is)(" + SECRET_KEY + ")(.*)");
    private static final Pattern HARMLESS =
            Pattern.compile("(?i)[&;](?:weight\\s*=\\s*\\w{1,4}|[\\w.-]{1,99}\\s*=\\s*(?:true|false))(?=[&;,\\s]|$)");
    // user:password@host, which is refused, but the refusal must not print it either
    private static final Pattern USER_INFO = Pattern.compile("(^|//|[,\\s])(?!jdbc:)[^\\s,/?@]*:[^\\s,?]*@");
    // jdbc:oracle:thin:user/password@host, refused likewise
    private static final Pattern USER_SLASH = Pattern.compile("(jdbc:[\\w:]*:)[^\\s,?@:/]+/[^\\s,?]*@");

    private Secrets() {}

    /** Returns {@code text}, one or more peers in the syntax of {@code Peers} or a JDBC URL, without secrets. */
    static String maskPeers(String text) {
        String masked = USER_INFO.matcher(text).replaceAll("$1" + MASK + "@");
        masked = USER_SLASH.matcher(masked).replaceAll("$1" + MASK + "@");
        return maskBehind(IN_PEERS, masked);
    }

    /** Returns {@code text}, in the syntax of {@code ConnectionProperties}, without secrets. */
    static String maskProperties(String text) {
        return maskBehind(IN_PROPERTIES, text);
    }

    /** Keeps of what stands behind a secret only what can be no part of it. */
    private static String maskBehind(Pattern secret, String text) {
        return secret.matcher(text).replaceAll(found -> {
            StringJoiner kept = new StringJoiner("");
            HARMLESS.matcher(found.group(2)).results().forEach(part -> kept.add(part.group()));
            return Matcher.quoteReplacement(found.group(1) + MASK + kept);
        });
    }

    /** Returns whether {@code value} of {@code key}, which stands behind a secret, may be a part of it: not to be shown. */
    static boolean mayBelongToSecret(String key, String value) {
        return !HARMLESS.matcher("&" + key + "=" + value).matches();
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
