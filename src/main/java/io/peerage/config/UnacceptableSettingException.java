/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import io.peerage.peer.Causes;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * No connection comes to be with the driver properties of a peer, however long one waits: the driver, or its server,
 * does not take one of them. The message names it where that can be told. Never carries a secret in its message.
 */
public final class UnacceptableSettingException extends SQLNonTransientConnectionException {

    private static final long serialVersionUID = 1L;

    private static final Pattern QUOTED = Pattern.compile("['`]([\\w./:-]{3,})['`]");
    /** A shorter name or value, such as 10, is found in many a text. */
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
        String text = said.stream()
                .filter(each -> blamed != null && (each.contains(blamed.getKey()) || each.contains(blamed.getValue())))
                .findFirst()
                .orElseGet(() -> said.isEmpty() ? failure.getClass().getSimpleName() : said.get(0));
        String setting = blamed == null ? "a setting" : blamed.getKey() + "=" + blamed.getValue();
        return new UnacceptableSettingException(setting + " is not allowed: " + masked(text, peer), failure);
    }

    /** Returns the property, with its value to show, that {@code said} is about, or null. */
    private static Map.@Nullable Entry<String, String> blamed(List<String> said, PeerSpec peer) {
        List<Predicate<Map.Entry<String, String>>> clues = List.of(
                property -> property.getKey().length() >= TELLING && isNamed(property.getKey(), said),
                property -> isTelling(property) && isNamed(property.getValue(), said),
                property -> isTelling(property) && quotes(said, property.getValue()),
                // versions and ciphers of TLS, or TLS as such, are spoken of without the name of the setting
                property -> property.getKey().matches("(?i)tls.*|enabledSsl.*|enabledTLS.*")
                        && contains(said, "(?i)versions|protocol|cipher"),
                property -> property.getKey().matches("(?i)sslMode|useSSL|requireSSL|ssl")
                        && contains(said, "(?i)\\bssl\\b"));
        return clues.stream()
                .flatMap(clue -> peer.shownProperties().entrySet().stream()
                        .filter(clue)
                        .max(Comparator.comparingInt(property -> (property.getKey() + property.getValue()).length()))
                        .stream())
                .findFirst()
                .orElse(null);
    }

    private static boolean isTelling(Map.Entry<String, String> property) {
        return !Secrets.isSecret(property.getKey()) && property.getValue().length() >= TELLING;
    }

    /** Returns whether a part of {@code value} stands in quotes: what a server did not know of a longer list. */
    private static boolean quotes(List<String> said, String value) {
        return said.stream()
                .flatMap(text -> QUOTED.matcher(text).results())
                .map(quoted -> quoted.group(1))
                .anyMatch(value::contains);
    }

    private static boolean isNamed(String word, List<String> said) {
        return contains(said, "(?<![\\w.-])" + Pattern.quote(word) + "(?![\\w-])");
    }

    private static boolean contains(List<String> said, String expression) {
        Pattern pattern = Pattern.compile(expression);
        return said.stream().anyMatch(text -> pattern.matcher(text).find());
    }

    private static String masked(String text, PeerSpec peer) {
        String masked = Secrets.maskPeers(text);
        for (Map.Entry<String, String> property : peer.properties().entrySet()) {
            boolean secret =
                    Secrets.isSecret(property.getKey()) || peer.hidden().contains(property.getKey());
            if (secret && !property.getValue().isEmpty()) {
                masked = masked.replace(property.getValue(), Secrets.MASK);
            }
        }
        return masked;
    }
}
