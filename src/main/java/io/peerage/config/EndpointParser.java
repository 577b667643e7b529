/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads where one peer is, {@code host:port} or a JDBC URL, and the query behind it. Thread-safe: stateless. */
final class EndpointParser {

    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+(?:%[\\w.-]+)?]|[\\p{L}\\p{N}._-]+)(?::(.*))?", Pattern.DOTALL);
    /** A host may be called so too: then only a port stands behind. */
    private static final Pattern EVERY =
            Pattern.compile(PeerSpec.EVERY_ADDRESS + "(?!\\d*(?:\\?|$))(.*)", Pattern.DOTALL);

    private static final String ONE_SERVER =
            "a URL names one server; list each server as a peer of its own, and end the server's name with a /";

    private EndpointParser() {}

    /** Tells {@code draft} what {@code text} says, for example {@code jdbc:mysql://db1:3306/shop?weight=2}. */
    static void parse(PeerDraft draft, String text, DriverProfile driver) {
        draft.query();
        try {
            read(draft, text, driver);
        } finally {
            draft.query();
        }
    }

    private static void read(PeerDraft draft, String given, DriverProfile driver) {
        String text = everyAddress(draft, given);
        int query = text.indexOf('?');
        String endpoint = query < 0 ? text : text.substring(0, query);
        String parameters = query < 0 ? "" : text.substring(query + 1);
        if (endpoint.startsWith("jdbc:") && driver.urlPrefix().isEmpty()) {
            opaqueUrl(draft, endpoint, parameters);
            return;
        }
        if (endpoint.startsWith("jdbc:")) {
            knownUrl(draft, endpoint, driver);
        } else {
            hostAndPort(draft, endpoint);
        }
        for (String parameter : split(parameters)) {
            put(draft, parameter);
        }
    }

    /** Returns {@code text} without the word in front that makes each address a peer, which {@code draft} is told. */
    static String everyAddress(PeerDraft draft, String text) {
        Matcher every = EVERY.matcher(text);
        if (!every.matches()) {
            return text;
        }
        draft.everyAddress();
        return every.group(1);
    }

    /** Takes {@code host}, {@code host:port}, {@code [::1]} or {@code [::1]:port}. */
    static void hostAndPort(PeerDraft draft, String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (!matcher.matches()) {
            throw draft.complain(why(text));
        }
        draft.host(zone(matcher.group(1)));
        String port = matcher.group(2);
        if (port != null && port.matches("(?s).*[@/:].*")) {
            throw draft.complain(why(text));
        }
        if (port != null) {
            draft.port(port);
        }
    }

    /** In URIs a zone stands behind {@code %25} (RFC 6874), elsewhere behind {@code %} (RFC 4007), as in the result. */
    private static String zone(String host) {
        return host.replaceFirst("%25(?=[^]]*[^]\\d])", "%");
    }

    private static String why(String text) {
        if (text.contains("@")) {
            return "user and password go behind: host:port?user=...&password=..., and a name in front consists of"
                    + " letters, digits and . _ -";
        }
        if (text.contains("/")) {
            return "write host:port, or a whole JDBC URL";
        }
        if (text.indexOf(':') != text.lastIndexOf(':')) {
            return "an IPv6 address is written [::1]:3306";
        }
        return "write host:port, or a JDBC URL, or either with name@ in front and ?user=...&password=...&weight=..."
                + " behind; a comma or a space within a value is written %2C or %20";
    }

    private static void knownUrl(PeerDraft draft, String url, DriverProfile driver) {
        String prefix = driver.urlPrefix();
        if (!url.startsWith(prefix)) {
            String scheme = prefix.substring(0, prefix.indexOf("//"));
            throw draft.complain(
                    url.startsWith(scheme) || url.startsWith(scheme.substring(0, scheme.length() - 1) + "+")
                            ? ONE_SERVER + ": " + prefix + "host:port/database"
                            : "with Driver=" + driver.key() + " a URL starts with " + prefix);
        }
        String rest = url.substring(prefix.length());
        int slash = rest.indexOf('/');
        String server = slash < 0 ? rest : rest.substring(0, slash);
        if (server.contains(",") || server.contains("(")) {
            throw draft.complain(ONE_SERVER);
        }
        hostAndPort(draft, server);
        String database = slash < 0 ? "" : decode(draft, rest.substring(slash + 1));
        if (!database.isEmpty()) {
            draft.database(database);
        }
    }

    /** Takes from the query only what is Peerage's; the rest of the URL is for the driver to understand. */
    private static void opaqueUrl(PeerDraft draft, String endpoint, String parameters) {
        if (endpoint.matches("(?s).*[^:/@]@.*")) {
            throw draft.complain(why(endpoint)); // names and logs are made of the URL
        }
        StringBuilder url = new StringBuilder(endpoint);
        char separator = '?';
        for (String parameter : split(parameters)) {
            if (parameter.matches("(?i)(user|password|weight)=.*")) {
                put(draft, parameter);
            } else {
                draft.keptInUrl(parameter);
                url.append(separator).append(parameter);
                separator = '&';
            }
        }
        draft.url(url.toString());
    }

    private static String[] split(String parameters) {
        return parameters.isEmpty() ? new String[0] : parameters.split("&", -1);
    }

    private static void put(PeerDraft draft, String parameter) {
        int equals = parameter.indexOf('=');
        if (equals <= 0) {
            throw draft.complain("behind the ? stand name=value&name=value");
        }
        String key = parameter.substring(0, equals);
        draft.put(key, decode(draft, parameter.substring(equals + 1)));
        if (Secrets.isSecret(key)) {
            draft.secretRead();
        }
    }

    /** A plus sign stays one: a password in which it became a space would be hard to find. */
    private static String decode(PeerDraft draft, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw draft.complain("a percent sign is written %25, and starts a code such as %26 for &");
        }
    }
}
