/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import io.peerage.local.LocalPeer;
import io.peerage.local.PayaraMicro;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A connector connection pool, in the words of asadmin, with the resource {@code jdbc/<name>} on it. Immutable.
 *
 * @param name no white space
 * @param options of the command that creates it, such as {@code --ping=true}
 * @param properties of the adapter
 */
record Pool(String name, List<String> options, Map<String, String> properties) {

    Pool {
        options = List.copyOf(options);
        properties = new LinkedHashMap<>(properties);
    }

    static Pool named(String name) {
        return new Pool(name, List.of(), Map.of());
    }

    /** Returns a pool on these peers, each under its own name, with the account that every local peer has. */
    static Pool on(String name, List<LocalPeer> peers) {
        return named(name)
                .with("Peers", list(peers))
                .with("DatabaseName", LocalPeer.DATABASE)
                .with("UserName", LocalPeer.USER)
                .with("Password", LocalPeer.PASSWORD);
    }

    static String list(List<LocalPeer> peers) {
        return peers.stream().map(peer -> peer.name() + "@" + peer.address()).collect(Collectors.joining(","));
    }

    Pool with(String property, Object value) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        more.put(property, value.toString());
        return new Pool(name, options, more);
    }

    /** Returns this pool with another account, whose password is its name. */
    Pool as(String user) {
        return with("UserName", user).with("Password", user);
    }

    Pool renamed(String other) {
        return new Pool(other, options, properties);
    }

    Pool option(String option) {
        List<String> more = new ArrayList<>(options);
        more.add(option);
        return new Pool(name, more, properties);
    }

    /** Returns the commands that create the pool and its resource. */
    List<String> commands() {
        String all = properties.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + PayaraMicro.escape(entry.getValue()))
                .collect(Collectors.joining(":"));
        String given = options.stream().map(option -> option + " ").collect(Collectors.joining());
        return List.of(
                "create-connector-connection-pool --raname=peerage --connectiondefinition=javax.sql.DataSource " + given
                        + "--property=" + all + " " + name,
                "create-connector-resource --poolname=" + name + " jdbc/" + name);
    }

    String ping() {
        return "ping-connection-pool " + name;
    }
}
