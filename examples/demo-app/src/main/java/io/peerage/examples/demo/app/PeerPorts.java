/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Knows which peer has which port, so that a server's answer tells who gave it. Immutable. */
final class PeerPorts {

    private static final Pattern PEER = Pattern.compile("(?<name>[^@]+)@[^:]+:(?<port>[0-9]+)");

    private final Map<Integer, String> names;

    private PeerPorts(Map<Integer, String> names) {
        this.names = names;
    }

    /** @param peers {@code name@host:port} separated by commas, as the pool's property {@code Peers} */
    static PeerPorts parse(String peers) {
        Map<Integer, String> names = new LinkedHashMap<>();
        for (String peer : peers.split(",", -1)) {
            Matcher matcher = PEER.matcher(peer.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException("peerage.demo.peers has '" + peer + "', allowed is name@host:port");
            }
            names.put(Integer.valueOf(matcher.group("port")), matcher.group("name"));
        }
        return new PeerPorts(names);
    }

    List<String> names() {
        return List.copyOf(names.values());
    }

    String nameOf(int port) {
        String name = names.get(port);
        if (name == null) {
            throw new IllegalStateException("A server on port " + port + " answered, which is no peer");
        }
        return name;
    }
}
