/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.Peer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * With which passwords the users that requests name have logged in last: what one of them left behind is finished with
 * the password of now, and not with that of then. The configured user is not in here.
 *
 * <p>Thread-safe. Shows nothing of what it knows.
 */
final class Passwords {

    /** How many users are remembered; who logged in least recently goes first. */
    private static final int MOST_USERS = 1_000;

    private static final int MOST_PEERS = 64;

    /** By user and peer; those that logged in last are the last. Guarded by {@code this}. */
    private final Map<String, Map<String, String>> byUser = new LinkedHashMap<>();

    /** Records that {@code credentials} were let in by {@code peer}; those configured are not recorded. */
    void accepted(Peer peer, Credentials credentials) {
        String user = credentials.user();
        String password = credentials.password();
        if (user != null && password != null) {
            synchronized (this) {
                Map<String, String> byPeer = byUser.getOrDefault(user, new LinkedHashMap<>());
                Recent.put(byPeer, peer.name(), password, MOST_PEERS);
                Recent.put(byUser, user, byPeer, MOST_USERS);
            }
        }
    }

    /** Returns with what to log in to {@code peer} for {@code credentials}, best first; at least one. */
    synchronized Set<Credentials> candidates(Peer peer, Credentials credentials) {
        Set<Credentials> all = new LinkedHashSet<>();
        Map<String, String> known = credentials.user() == null ? null : byUser.get(credentials.user());
        if (known != null) {
            String latest = null;
            for (String each : known.values()) {
                latest = each;
            }
            add(all, credentials, latest);
            add(all, credentials, known.get(peer.name()));
        }
        all.add(credentials);
        return all;
    }

    private static void add(Set<Credentials> all, Credentials credentials, @Nullable String password) {
        if (password != null) {
            all.add(new Credentials(credentials.user(), password));
        }
    }
}
