/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One peer as configured, with everything it inherits from the pool filled in. Immutable; equal by all components.
 *
 * @param name unique within the pool; {@code host:port} unless the deployer gave one
 * @param host host name or address, an IPv6 one in brackets; empty if the peer is known by {@code url} only
 * @param port 0 if the peer is known by {@code url} only
 * @param url JDBC URL as given, only for a driver named by class; else empty, and {@link DriverProfile} makes the URL
 * @param database empty: none
 * @param user empty: no user name is sent
 * @param password empty: no password
 * @param weight share of the work relative to the other peers, 1 to 1000
 * @param properties driver properties, in an order without regard to case; those of the peer win over the pool's
 * @param hidden keys of properties that are not shown: an {@code &} that was not encoded may have made them of a secret
 * @param everyAddress whether each address of {@code host} is to be a peer of its own
 */
public record PeerSpec(
        String name,
        String host,
        int port,
        String url,
        String database,
        String user,
        String password,
        int weight,
        SortedMap<String, String> properties,
        NavigableSet<String> hidden,
        boolean everyAddress) {

    /** Among {@link #hidden}: the query of the URL. It can be no key. */
    static final String QUERY = "?";

    /** In front of a name: each of its addresses is a peer. */
    static final String EVERY_ADDRESS = "dns:";

    /** Copies the properties and the keys. */
    public PeerSpec {
        properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
        hidden = Collections.unmodifiableNavigableSet(new TreeSet<>(hidden));
    }

    /** Returns where the peer listens: {@code host:port}, or its URL, secrets masked. */
    public String endpoint() {
        if (url.isEmpty()) {
            return (everyAddress ? EVERY_ADDRESS : "") + host + ":" + port;
        }
        return hidden.contains(QUERY) ? url.split("\\?", 2)[0] + "?" + Secrets.MASK : Secrets.maskPeers(url);
    }

    /**
     * Returns a peer for each of {@code addresses}, called by this one's name and the address; while none is known, one
     * for the name itself.
     */
    public List<PeerSpec> at(List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            return List.of(at(name, host));
        }
        List<PeerSpec> peers = new ArrayList<>();
        for (InetAddress address : addresses) {
            String text = address.getHostAddress();
            peers.add(at(name + "-" + text, text.contains(":") ? "[" + text + "]" : text));
        }
        return peers;
    }

    private PeerSpec at(String itsName, String itsHost) {
        return new PeerSpec(itsName, itsHost, port, url, database, user, password, weight, properties, hidden, false);
    }

    /** Returns the driver properties to show, without secrets and what may belong to one. */
    Map<String, String> shownProperties() {
        Map<String, String> shown = new TreeMap<>();
        properties.forEach((key, value) -> shown.put(key, Secrets.show(key, value)));
        shown.keySet().removeIf(hidden::contains);
        return shown;
    }

    /** Returns all components as an operator reads them, on one line, secrets masked. */
    @Override
    public String toString() {
        StringJoiner parts = new StringJoiner(", ", " (", ")").add("user=" + user);
        if (!password.isEmpty()) {
            parts.add("password=" + Secrets.MASK);
        }
        if (!database.isEmpty()) {
            parts.add("database=" + database);
        }
        parts.add("weight=" + weight);
        shownProperties().forEach((key, value) -> parts.add(key + "=" + value));
        if (!hidden.isEmpty()) {
            parts.add(Secrets.MASK);
        }
        String shownName = Secrets.maskPeers(name);
        return (shownName.equals(endpoint()) ? "" : shownName + "@") + endpoint() + parts;
    }
}
