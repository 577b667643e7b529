/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What tells a server from the others that one address may lead to. Immutable; equal for the same server, also after it
 * was started again.
 *
 * @param text what the server says of itself, as it is shown in messages
 * @param standby whether it only repeats what another one does, under that one's identity
 */
public record ServerId(String text, boolean standby) {

    /**
     * Returns the identity of a MySQL or MariaDB server by its variables: the UUID that MySQL keeps with its data. MariaDB
     * has none that lasts; where it listens, what it is configured to be, and the hash of its hardware stand for it.
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
        if (host.isEmpty() || port.isEmpty()) {
            return null;
        }
        return new ServerId(
                host + ":" + port + " " + variables.getOrDefault("datadir", "") + " server_id="
                        + variables.getOrDefault("server_id", "") + " " + variables.getOrDefault("server_uid", ""),
                false);
    }

    @Override
    public String toString() {
        return text.strip();
    }
}
