/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import io.peerage.peer.Causes;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * No connection comes to be with the driver properties of a peer, however long one waits: the driver, or its server, does
 * not take one of them. The message names it where that can be told. Never carries a secret in its message.
 */
public final class UnacceptableSettingException extends SQLNonTransientConnectionException {

    private static final long serialVersionUID = 1L;

    /** What the settings are called of which drivers say only that it is about TLS. */
    private static final Set<String> TLS = Set.of("sslmode", "usessl", "requiressl", "ssl");

    private static final Pattern ABOUT_TLS = Pattern.compile("(?i)\\bssl\\b");
    /** A shorter value, such as 10 or true, is found in many a text. */
    private static final int TELLING = 3;

    private UnacceptableSettingException(String message, SQLException failure) {
        super(message, failure.getSQLState(), failure.getErrorCode(), failure);
    }

    /** A driver has refused a setting when it was told, before anything was connected to. */
    public UnacceptableSettingException(BadSettingException refusal) {
        super(refusal.getMessage(), "01S00", refusal);
    }

    /**
     * Returns {@code failure}, a connect that failed of a setting of {@code peer}, with the name of that setting.
     *
     * @param failure becomes the cause; its SQLState and number are kept
     */
    public static UnacceptableSettingException of(SQLException failure, PeerSpec peer) {
        List<String> said = Causes.chain(failure).stream()
                .map(Throwable::getMessage)
                .filter(text -> text != null && !text.isBlank())
                .map(text -> text.lines().findFirst().orElse("").strip())
                .toList();
        Map.Entry<String, String> blamed = blamed(said, peer);
        if (blamed == null) {
            String text = said.isEmpty() ? failure.getClass().getSimpleName() : said.get(0);
            return new UnacceptableSettingException(
                    "a setting is not allowed: " + masked(text, peer), failure);
        }
        String text = said.stream()
                .filter(each -> each.contains(blamed.getKey()) || each.contains(blamed.getValue()))
                .findFirst()
                .orElse(said.get(0));
        return new UnacceptableSettingException(
                blamed.getKey() + "=" + blamed.getValue() + " is not allowed: " + masked(text, peer), failure);
    }

    /** Returns the property, with its value to show, that {@code said} is about, or null. By name first, then by value. */
    private static Map.@Nullable Entry<String, String> blamed(List<String> said, PeerSpec peer) {
        Map<String, String> shown = peer.shownProperties();
        Optional<Map.Entry<String, String>> byName = shown.entrySet().stream()
                .filter(property -> isNamed(property.getKey(), said))
                .max(Comparator.comparingInt(property -> property.getKey().length()));
        return byName.or(() -> shown.entrySet().stream()
                        .filter(property -> !Secrets.isSecret(property.getKey()))
                        .filter(property -> property.getValue().length() >= TELLING)
                        .filter(property -> isNamed(property.getValue(), said))
                        .max(Comparator.comparingInt(
                                property -> property.getValue().length())))
                .or(() -> shown.entrySet().stream()
                        .filter(property -> TLS.contains(property.getKey().toLowerCase(Locale.ROOT)))
                        .filter(property -> said.stream()
                                .anyMatch(text -> ABOUT_TLS.matcher(text).find()))
                        .findFirst())
                .map(property -> Map.entry(property.getKey(), property.getValue()))
                .orElse(null);
    }

    private static boolean isNamed(String word, List<String> said) {
        Pattern whole = Pattern.compile("(?<![\\w.-])" + Pattern.quote(word) + "(?![\\w-])");
        return said.stream().anyMatch(text -> whole.matcher(text).find());
    }

    private static String masked(String text, PeerSpec peer) {
        String masked = Secrets.maskPeers(text);
        for (Map.Entry<String, String> property : peer.properties().entrySet()) {
            boolean secret = Secrets.isSecret(property.getKey()) || peer.hidden().contains(property.getKey());
            if (secret && !property.getValue().isEmpty()) {
                masked = masked.replaceAll(
                        Pattern.quote(property.getValue()), Matcher.quoteReplacement(Secrets.MASK));
            }
        }
        return masked;
    }
}
