/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import io.peerage.jdbc.ConnectionHandle;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The handles that applications hold on one managed connection. Thread-safe. */
final class Handles {

    private final Set<ConnectionHandle> open = ConcurrentHashMap.newKeySet();

    void add(ConnectionHandle handle) {
        open.add(handle);
    }

    void remove(Connection handle) {
        open.remove(handle);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Returns one of them, for a message that must name one; null if there is none. */
    @Nullable ConnectionHandle any() {
        for (ConnectionHandle handle : open) {
            return handle;
        }
        return null;
    }

    /** Has each of them end as {@code end} says, and forgets them all before, for they may come back to this one. */
    void end(Consumer<ConnectionHandle> end) {
        List<ConnectionHandle> all = new ArrayList<>(open);
        open.clear();
        all.forEach(end);
    }

    /** Detaches those that find another place by themselves, and keeps the others. */
    void dissociate() {
        open.removeIf(ConnectionHandle::dissociate);
    }
}
