/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads where one peer is, {@code host:port} or a JDBC URL, and the query behind it. Confined to the thread that reads.
 *
 * @param draft is told what is read
 */
record EndpointParser(PeerDraft draft, DriverProfile driver) {

    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+(?:%[\\w.-]+)?]|[\\p{L}\\p{N}._-]+)(?::([^@/:]*))?");
    /** A host may be called so too: then only a port stands behind. */
    private static final Pattern EVERY =
            Pattern.compile(PeerSpec.EVERY_ADDRESS + "(?!\\d*(?:\\?|$))(.*)", Pattern.DOTALL);

    private static final String ONE_SERVER =
            "a URL names one server; list each server as a peer of its own, and end the server's name with a /";

    /** Reads for example {@code jdbc:mysql://db1:3306/shop?weight=2}. */
    void parse(String given) {
        String text = everyAddress(given);
        String[] parts = text.split("\\?", 2);
        String endpoint = parts[0];
        boolean hasQuery = parts.length == 2 && !parts[1].isEmpty();
        List<String> properties = hasQuery ? List.of(parts[1].split("&", -1)) : List.of();
        if (!endpoint.startsWith("jdbc:")) {
            hostAndPort(endpoint);
            properties.forEach(this::property);
        } else if (driver.urlPrefix().isEmpty()) {
            opaqueUrl(endpoint, properties);
        } else {
            knownUrl(endpoint);
            properties.forEach(this::property);
        }
        draft.queryEnds();
    }

    /** Reads a host whose port may stand elsewhere: a bare IPv6 address is no riddle here. */
    void host(String given) {
        String text = everyAddress(given);
        boolean bareIpv6 = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
        hostAndPort(bareIpv6 ? "[" + text + "]" : text);
    }

    /** Returns {@code text} without the word in front that makes each address a peer. */
    private String everyAddress(String text) {
        Matcher every = EVERY.matcher(text);
        if (!every.matches()) {
            return text;
        }
        draft.everyAddress();
        return every.group(1);
    }

    /** Takes {@code host}, {@code host:port}, {@code [::1]} or {@code [::1]:port}. */
    private void hostAndPort(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (!matcher.matches()) {
            throw draft.complain(why(text));
        }
        // in URIs a zone stands behind %25 (RFC 6874), elsewhere behind % (RFC 4007), as for Java
        draft.once("host", matcher.group(1).replaceFirst("%25(?=[^]]*[^]\\d])", "%"));
        if (matcher.group(2) != null) {
            draft.port(matcher.group(2));
        }
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

    private void knownUrl(String url) {
        String prefix = driver.urlPrefix();
        if (!url.startsWith(prefix)) {
            String scheme = prefix.substring(0, prefix.indexOf("://"));
            throw draft.complain(
                    url.startsWith(scheme + ":") || url.startsWith(scheme + "+")
                            ? ONE_SERVER + ": " + prefix + "host:port/database"
                            : "with Driver=" + driver.key() + " a URL starts with " + prefix);
        }
        String[] parts = url.substring(prefix.length()).split("/", 2);
        if (parts[0].contains(",") || parts[0].contains("(")) {
            throw draft.complain(ONE_SERVER);
        }
        hostAndPort(parts[0]);
        if (parts.length == 2 && !parts[1].isEmpty()) {
            draft.put("database", decode(parts[1]));
        }
    }

    /** Takes from the query only what is Peerage's; the rest of the URL is for the driver to understand. */
    private void opaqueUrl(String endpoint, List<String> parameters) {
        if (endpoint.matches("(?s).*[^:/@]@.*")) {
            throw draft.complain(why(endpoint)); // names and logs are made of the URL
        }
        List<String> kept = new ArrayList<>();
        for (String parameter : parameters) {
            if (parameter.matches("(?i)(user|password|weight)=.*")) {
                property(parameter);
            } else {
                draft.keptInUrl(parameter);
                kept.add(parameter);
            }
        }
        draft.once("url", kept.isEmpty() ? endpoint : endpoint + "?" + String.join("&", kept));
    }

    private void property(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals <= 0) {
            throw draft.complain("behind the ? stand name=value&name=value");
        }
        String key = parameter.substring(0, equals);
        draft.put(key, decode(parameter.substring(equals + 1)));
        draft.queried(key);
    }

    /** A plus sign stays one: a password in which it became a space would be hard to find. */
    private String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw draft.complain("a percent sign is written %25, and starts a code such as %26 for &");
        }
    }
}
