/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.LocalPeer;
import io.peerage.local.StatementRelay;
import io.peerage.local.StatementWatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The wires between a server and each database. Thread-safe once all are laid. */
final class Wires implements StatementWatcher {

    private final List<StatementRelay> relays = new ArrayList<>();
    private volatile @Nullable StatementWatcher watcher;

    void to(LocalPeer peer) {
        relays.add(StatementRelay.to(peer.port(), this));
    }

    List<Integer> ports() {
        return relays.stream().map(StatementRelay::port).toList();
    }

    void watch(StatementWatcher now) {
        watcher = now;
    }

    void pass() {
        watcher = null;
    }

    void close() {
        relays.forEach(StatementRelay::close);
    }

    @Override
    public boolean forwards(String sql) {
        StatementWatcher now = watcher;
        return now == null || now.forwards(sql);
    }

    @Override
    public boolean answers(String sql) {
        StatementWatcher now = watcher;
        return now == null || now.answers(sql);
    }
}
