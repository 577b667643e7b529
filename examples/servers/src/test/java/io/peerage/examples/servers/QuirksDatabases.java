/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.LocalPeer;
import io.peerage.local.Patience;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Two real databases, with a user {@code quirk} whose sessions can be told from others'. Thread-safe. */
final class QuirksDatabases implements AutoCloseable {

    /** Short, for the driver closes in time what nobody refers to any more: that must not hide a leak. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final String SETUP = """
            CREATE TABLE shop.visit (id BIGINT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(64) NOT NULL);
            CREATE USER 'quirk'@'127.0.0.1' IDENTIFIED BY 'quirk';
            GRANT ALL PRIVILEGES ON shop.* TO 'quirk'@'127.0.0.1';
            """;

    private final List<LocalPeer> peers = LocalPeer.startAll(2);

    QuirksDatabases() {
        peers.forEach(peer -> peer.execute(SETUP));
    }

    LocalPeer peer(int index) {
        return peers.get(index);
    }

    /** Returns the value of the property {@code Peers}. */
    String setting() {
        return peers.stream().map(peer -> peer.name() + "@" + peer.address()).collect(Collectors.joining(","));
    }

    /** Returns on how many rows of all peers this note stands. */
    long visits(String note) {
        return sum("SELECT COUNT(*) FROM shop.visit WHERE note = '" + note + "'");
    }

    /** Returns the prepared branches of all peers. */
    List<String> inDoubt() {
        return peers.stream()
                .flatMap(peer -> peer.execute("XA RECOVER FORMAT='SQL'").lines())
                .toList();
    }

    /** Waits until a user's sessions are at least and at most this many. */
    void awaitSessions(String user, long least, long most) throws Exception {
        Patience.await(
                "between " + least + " and " + most + " sessions of " + user,
                LIMIT,
                () -> sessions(user) >= least && sessions(user) <= most,
                () -> sessions(user));
    }

    private long sessions(String user) {
        return sum("SELECT COUNT(*) FROM information_schema.processlist WHERE user = '" + user + "'");
    }

    @Override
    public void close() {
        peers.forEach(LocalPeer::close);
    }

    private long sum(String query) {
        return peers.stream()
                .mapToLong(peer -> Long.parseLong(peer.execute(query)))
                .sum();
    }
}
