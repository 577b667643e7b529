/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.peer.RandomSource;
import io.peerage.peer.SlotRegistry;
import java.sql.SQLException;
import java.util.Map;

/**
 * The slots of a group's managed connections, by user: those of one user may trade their connections. Thread-safe.
 *
 * @param registries read by anybody, changed with its own lock held
 */
public record ConnectionSlots(
        ConnectionSlot.Shared shared,
        Map<Credentials, SlotRegistry> registries,
        RandomSource random,
        BackgroundWork background) {

    /**
     * Returns the slot of a new managed connection, with a new connection in it.
     *
     * @throws SQLException if no peer could be connected to within {@code AcquireTimeoutMillis}
     */
    public ConnectionSlot open(Credentials credentials) throws SQLException {
        background.join();
        try {
            long deadline = shared.ticker().nanos() + shared.acquireTimeoutNanos();
            PhysicalConnection first = shared.acquirer().open(credentials, deadline);
            synchronized (registries) {
                SlotRegistry registry = registries.computeIfAbsent(credentials, any -> new SlotRegistry(random));
                return new ConnectionSlot(shared, registry, credentials, first);
            }
        } catch (SQLException | RuntimeException | Error e) {
            background.leave();
            throw e;
        }
    }

    /** Ends {@code slot} for good and closes its connection; returns false if that was done before. */
    public boolean leave(ConnectionSlot slot) {
        if (!slot.leave()) {
            return false;
        }
        synchronized (registries) {
            registries.values().removeIf(registry -> registry.size() == 0);
        }
        background.leave();
        return true;
    }
}
