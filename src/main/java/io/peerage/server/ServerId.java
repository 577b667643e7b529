/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.server;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What tells a server from the others that one address may lead to. Immutable; equal for the same server, also after it
 * was started again.
 *
 * @param text what the server says of itself, as it is shown in messages
 * @param standby whether it only repeats what another one does, under that one's identity
 */
public record ServerId(String text, boolean standby) {

    /** What a server calls its host that could not find out. */
    private static final Set<String> NAMELESS = Set.of("", "localhost", "unknown");

    /** Returns the standby that repeats this one, and after a failover has become it. */
    public ServerId asStandby() {
        return new ServerId(text, true);
    }

    /**
     * Returns the identity of a MySQL or MariaDB server by its variables: the UUID that MySQL keeps with its data.
     * MariaDB has none that lasts; where it listens and what it is configured to be stand for it. The hash of its
     * hardware does so only where its host has no name of its own: a container that is started again has other
     * hardware.
     *
     * @param variables by names in lower case
     * @return null if too little is known
     */
    static @Nullable ServerId ofMySql(Map<String, String> variables) {
        String uuid = variables.getOrDefault("server_uuid", "");
        if (!uuid.isEmpty()) {
            return new ServerId(uuid, false);
        }
        String host = variables.getOrDefault("hostname", "");
        String port = variables.getOrDefault("port", "");
        String uid = variables.getOrDefault("server_uid", "");
        boolean named = !NAMELESS.contains(host);
        if (port.isEmpty() || (host.isEmpty() && uid.isEmpty())) {
            return null;
        }
        return new ServerId(
                host + ":" + port + " " + variables.getOrDefault("datadir", "") + " server_id="
                        + variables.getOrDefault("server_id", "") + (named ? "" : " " + uid),
                false);
    }

    @Override
    public String toString() {
        return (standby ? "a standby of " : "") + text.strip();
    }
}
