/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A peer while it is being read: what was said of it, before it inherits the rest. Knows the words common to
 * {@code Peers} and {@code PeersFile}. Confined to the thread that reads.
 */
final class PeerDraft {

    private static final int MOST_WEIGHT = 1000;
    private static final int MOST_PORT = 65_535;

    private final Complaint complaint;
    private final SortedMap<String, String> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private @Nullable String name;
    private @Nullable String host;
    private @Nullable Integer port;
    private @Nullable String url;
    private @Nullable String database;
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable Integer weight;
    private boolean everyAddress;
    /** Whether a secret was read in the query that is being read: an & within it would look like the next property. */
    private boolean behindSecret;

    private final Set<String> hidden = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    /** Makes the exception for a peer that is not well described; knows the property and what to show of the text. */
    @FunctionalInterface
    interface Complaint {
        BadSettingException that(String allowed);
    }

    PeerDraft(Complaint complaint) {
        this.complaint = complaint;
    }

    void name(String name) {
        this.name = name;
    }

    void host(String host) {
        this.host = once("host", this.host, host);
    }

    void port(String text) {
        port = once("port", port, number(text, MOST_PORT, "a port is a whole number from 1 to "));
    }

    /** Makes each address of the host a peer. */
    void everyAddress() {
        everyAddress = true;
    }

    /** Takes the URL of a driver that nothing is known of. */
    void url(String url) {
        this.url = once("url", this.url, url);
    }

    void database(String database) {
        this.database = once("database", this.database, database);
    }

    /** Begins, or ends, what is read from one query. */
    void query() {
        behindSecret = false;
    }

    /** Has what follows in this query not shown. */
    void secretRead() {
        behindSecret = true;
    }

    /** Has the query of the URL not shown if {@code parameter}, which is a part of it, may belong to a secret. */
    void keptInUrl(String parameter) {
        if (behindSecret) {
            hidden.add(PeerSpec.QUERY);
        }
        if (Secrets.isSecret(parameter.split("=", 2)[0])) {
            secretRead();
        }
    }

    /** Takes one of the words that mean the same in {@code Peers} and {@code PeersFile}, or else a driver property. */
    void put(String key, String value) {
        switch (key.toLowerCase(Locale.ROOT)) {
            case "user" -> user = once(key, user, value);
            case "password" -> password = once(key, password, value);
            case "database" -> database(value);
            case "weight" ->
                weight = once(key, weight, number(value, MOST_WEIGHT, "a weight is a whole number from 1 to "));
            default -> {
                if (!ConnectionProperties.NAME.matcher(key).matches()) {
                    throw complain(ConnectionProperties.NAMES);
                }
                String shown = behindSecret ? "a property" : key;
                OwnedProperties.instead(key).ifPresent(instead -> {
                    throw complain(shown + " is not for the driver: " + instead);
                });
                once(shown, properties.put(key, value), value);
                if (behindSecret && Secrets.mayBelongToSecret(key, value)) {
                    hidden.add(key);
                }
            }
        }
    }

    BadSettingException complain(String allowed) {
        return complaint.that(behindSecret ? allowed + Secrets.HINT : allowed);
    }

    /** Returns the peer, with the pool's values where it has none of its own. */
    PeerSpec complete(PoolDefaults pool) {
        if (host == null && url == null) {
            throw complaint.that(port == null ? "a peer needs a host or a url" : "a port needs a host");
        }
        if (url != null && (host != null || port != null)) {
            throw complaint.that("a peer is given by a url or by host and port, not by both");
        }
        if (everyAddress && host == null) {
            throw complaint.that("behind dns: stands host:port");
        }
        int effectivePort = host == null ? 0 : port == null ? pool.driver().defaultPort() : port;
        if (host != null && effectivePort == 0) {
            throw complaint.that("write host:port, since no default port is known for "
                    + pool.driver().key());
        }
        SortedMap<String, String> effective = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        effective.putAll(pool.properties());
        effective.putAll(properties);
        String effectiveHost = or(host, "");
        String effectiveUrl = or(url, "");
        return new PeerSpec(
                name != null
                        ? name
                        : everyAddress
                                ? effectiveHost
                                : effectiveUrl.isEmpty()
                                        ? effectiveHost + ":" + effectivePort
                                        : defaultName(effectiveUrl),
                effectiveHost,
                effectivePort,
                effectiveUrl,
                or(database, pool.database()),
                or(user, pool.user()),
                or(password, pool.password()),
                weight == null ? 1 : weight,
                effective,
                hidden(pool),
                everyAddress);
    }

    private Set<String> hidden(PoolDefaults pool) {
        Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(pool.hidden());
        all.removeAll(properties.keySet());
        all.addAll(hidden);
        return all;
    }

    private static String defaultName(String url) {
        return url.substring("jdbc:".length()).split("[?;]", 2)[0];
    }

    private static String or(@Nullable String own, String inherited) {
        return own == null ? inherited : own;
    }

    private <T> T once(String key, @Nullable Object before, T value) {
        if (before != null) {
            throw complain(key + " is given twice");
        }
        return value;
    }

    private Integer number(String text, int most, String rule) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, in the deployer's words
        }
        throw complain(rule + most);
    }

    /** What a peer inherits from its pool. */
    record PoolDefaults(
            DriverProfile driver,
            String database,
            String user,
            String password,
            Map<String, String> properties,
            Set<String> hidden) {}
}
