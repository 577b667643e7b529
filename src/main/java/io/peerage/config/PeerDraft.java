/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.Locale;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A peer while it is being read: what was said of it, before it inherits the rest. Knows the words common to
 * {@code Peers} and {@code PeersFile}. Confined to the thread that reads.
 */
final class PeerDraft {

    private final PoolDefaults pool;
    private final Function<String, BadSettingException> complaint;
    /** By word, or by the name of a driver property: none is called like a word. */
    private final SortedMap<String, String> said = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private final NavigableSet<String> hidden = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private boolean everyAddress;
    /** Whether a secret was read in the query that is being read: an & within it would look like the next property. */
    private boolean behindSecret;

    /** @param complaint makes, of what is allowed, the exception for a peer that is not well described */
    PeerDraft(PoolDefaults pool, Function<String, BadSettingException> complaint) {
        this.pool = pool;
        this.complaint = complaint;
    }

    void port(String text) {
        once("port", number("a port", text, 65_535));
    }

    /** Makes each address of the host a peer. */
    void everyAddress() {
        everyAddress = true;
    }

    /** Takes one of the words that mean the same in {@code Peers} and {@code PeersFile}, or else a driver property. */
    void put(String key, String value) {
        switch (key.toLowerCase(Locale.ROOT)) {
            case "user", "password", "database" -> once(key, value);
            case "weight" -> once(key, number("a weight", value, 1000));
            default -> property(key, value);
        }
    }

    private void property(String key, String value) {
        if (!ConnectionProperties.NAME.matcher(key).matches()) {
            throw complain(ConnectionProperties.NAMES);
        }
        String shown = behindSecret ? "a property" : key;
        OwnedProperties.check(key, instead -> complain(shown + " is not for the driver: " + instead));
        once(key, shown, value);
        if (behindSecret && Secrets.mayBelongToSecret(key, value)) {
            hidden.add(key);
        }
    }

    /** Has what follows in this query not shown if {@code key} is that of a secret. */
    void queried(String key) {
        behindSecret |= Secrets.isSecret(key);
    }

    /** Takes note of a parameter that stays in the URL, whose query is not shown if it may belong to a secret. */
    void keptInUrl(String parameter) {
        if (behindSecret) {
            hidden.add(PeerSpec.QUERY);
        }
        queried(parameter.split("=", 2)[0]);
    }

    /** Ends what is read from one query. */
    void queryEnds() {
        behindSecret = false;
    }

    BadSettingException complain(String allowed) {
        return complaint.apply(behindSecret ? allowed + Secrets.HINT : allowed);
    }

    /**
     * Returns the peer, with the pool's values where it has none of its own.
     *
     * @param name null: it is called by where it is
     */
    PeerSpec complete(@Nullable String name) {
        String url = taken("url", "");
        String host = taken("host", "");
        String port = taken("port", "");
        checkPlace(url, host, port);
        int number = host.isEmpty() ? 0 : port.isEmpty() ? pool.driver().defaultPort() : Integer.parseInt(port);
        if (!host.isEmpty() && number == 0) {
            throw complain("write host:port, since no default port is known for "
                    + pool.driver().key());
        }
        String place = url.isEmpty()
                ? host + ":" + number
                : url.substring("jdbc:".length()).split("[?;]", 2)[0];
        String database = taken("database", pool.database());
        String user = taken("user", pool.user());
        String password = taken("password", pool.password());
        int weight = Integer.parseInt(taken("weight", "1"));
        SortedMap<String, String> properties = new TreeMap<>(pool.properties().values());
        properties.putAll(said);
        NavigableSet<String> unshown = new TreeSet<>(pool.properties().hidden());
        unshown.removeAll(said.keySet());
        unshown.addAll(hidden);
        return new PeerSpec(
                name != null ? name : everyAddress ? host : place,
                host,
                number,
                url,
                database,
                user,
                password,
                weight,
                properties,
                unshown,
                everyAddress);
    }

    private void checkPlace(String url, String host, String port) {
        if (host.isEmpty() && url.isEmpty()) {
            throw complain(port.isEmpty() ? "a peer needs a host or a url" : "a port needs a host");
        }
        if (!url.isEmpty() && !(host + port).isEmpty()) {
            throw complain("a peer is given by a url or by host and port, not by both");
        }
        if (everyAddress && host.isEmpty()) {
            throw complain("behind dns: stands host:port");
        }
    }

    private String taken(String word, String inherited) {
        return Objects.requireNonNullElse(said.remove(word), inherited);
    }

    /** Takes {@code value} for {@code word}, or for the driver property of that name. */
    void once(String word, String value) {
        once(word, word, value);
    }

    /** @param shown what to call {@code key} in a message */
    private void once(String key, String shown, String value) {
        if (said.put(key, value) != null) {
            throw complain(shown + " is given twice");
        }
    }

    private String number(String what, String text, int most) {
        if (Allowed.range(1, most, "").parse(text) == null) {
            throw complain(what + " is a whole number from 1 to " + most);
        }
        return text;
    }
}
