/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.LocalPeer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Five real databases: three peers of the pool {@code shop} and two of {@code stock}. All are asked at the same time: each
 * answer takes the client program a third of a second. Thread-safe.
 */
final class Databases implements AutoCloseable {

    private static final String SETUP = """
            CREATE TABLE shop.visit (id BIGINT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(64) NOT NULL);
            CREATE TABLE shop.account (id INT PRIMARY KEY, balance INT NOT NULL);
            INSERT INTO shop.account VALUES (1, 1000);
            CREATE DATABASE other;
            GRANT ALL PRIVILEGES ON other.* TO '%s'@'127.0.0.1';
            """.formatted(LocalPeer.USER);

    private final List<LocalPeer> peers = LocalPeer.startAll(5);

    Databases() {
        peers.parallelStream().forEach(peer -> peer.execute(SETUP));
    }

    List<LocalPeer> all() {
        return peers;
    }

    /** Returns the peers of the pool {@code shop}. */
    List<LocalPeer> shop() {
        return peers.subList(0, 3);
    }

    List<Integer> ports() {
        return peers.stream().map(LocalPeer::port).toList();
    }

    /** Returns on how many rows of all peers this note stands. */
    long visits(String note) {
        return sum("SELECT COUNT(*) FROM shop.visit WHERE note = '" + note + "'");
    }

    /** Returns how much money there is on each peer. */
    List<Long> balances() {
        return peers.parallelStream()
                .map(peer -> Long.valueOf(peer.execute("SELECT balance FROM shop.account")))
                .toList();
    }

    /** Returns the sum over all peers of a number of {@code SHOW GLOBAL STATUS}. */
    long status(String variable) {
        return peers.parallelStream().mapToLong(peer -> peer.status(variable)).sum();
    }

    /** Returns how many connections applications have to all peers. */
    long connections() {
        return sum("SELECT COUNT(*) FROM information_schema.processlist WHERE user = '" + LocalPeer.USER + "'");
    }

    /** Returns the prepared branches of all peers that run, each with the peer's name in front. */
    List<String> inDoubt() {
        return peers.parallelStream()
                .filter(LocalPeer::isRunning)
                .flatMap(peer -> branches(peer).map(row -> peer.name() + ": " + row))
                .toList();
    }

    /** Returns how many prepared branches a peer has. */
    long inDoubt(LocalPeer peer) {
        return branches(peer).count();
    }

    @Override
    public void close() {
        peers.forEach(LocalPeer::close);
    }

    @Override
    public String toString() {
        return peers.stream().map(LocalPeer::toString).collect(Collectors.joining(", "));
    }

    private static Stream<String> branches(LocalPeer peer) {
        return peer.execute("XA RECOVER FORMAT='SQL'").lines();
    }

    private long sum(String query) {
        return peers.parallelStream()
                .mapToLong(peer -> Long.parseLong(peer.execute(query)))
                .sum();
    }
}
