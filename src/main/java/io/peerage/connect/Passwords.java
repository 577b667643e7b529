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

    /** By user; the one that logged in last is the last. Guarded by {@code this}. */
    private final Map<String, Map<String, String>> byPeer = new Latest<>(MOST_USERS);

    private static final class Latest<V> extends LinkedHashMap<String, V> {

        private static final long serialVersionUID = 1;

        private final int most;

        Latest(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > most;
        }
    }

    /** Records that {@code credentials} were let in by {@code peer}; those configured are not recorded. */
    void accepted(Peer peer, Credentials credentials) {
        String user = credentials.user();
        String password = credentials.password();
        if (user != null && password != null) {
            synchronized (this) {
                byPeer.computeIfAbsent(user, any -> new Latest<>(MOST_PEERS)).put(peer.name(), password);
            }
        }
    }

    /** Returns with what to log in to {@code peer} for {@code credentials}, best first; at least one. */
    synchronized Set<Credentials> candidates(Peer peer, Credentials credentials) {
        Set<Credentials> all = new LinkedHashSet<>();
        Map<String, String> known = credentials.user() == null ? null : byPeer.get(credentials.user());
        if (known != null) {
            // not by get(), which would make an old one the latest
            String latest = null;
            String here = null;
            for (Map.Entry<String, String> entry : known.entrySet()) {
                latest = entry.getValue();
                here = entry.getKey().equals(peer.name()) ? entry.getValue() : here;
            }
            add(all, credentials, latest);
            add(all, credentials, here);
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
